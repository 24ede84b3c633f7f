using System.Collections.Immutable;
using System.Text.Json;
using Meshlift.Core.Fleet;
using Meshlift.Engine.Observing;

namespace Meshlift.CommandLine.Output;

/// <summary>What happens in a fleet, for programs: an object on each line, <c>schemas/status-watch.schema.json</c>.</summary>
/// <param name="output">Where to.</param>
/// <param name="remarks">What is known of versions.</param>
/// <param name="depth">How deep it goes.</param>
internal sealed class StatusJsonLines(TextWriter output, VersionRemarks remarks, StatusDepth depth) : IStatusWatch
{
    /// <inheritdoc/>
    public void Tell(ImmutableArray<ObservedCluster> fleet, int index, ObservedCluster before, DateTimeOffset time)
    {
        var now = fleet[index];
        if (before.Status is null || now.Status is null)
        {
            Line(time, now, json =>
            {
                json.WriteStartObject("status");
                StatusJson.Write(json, now, remarks, depth);
                json.WriteEndObject();
            });
            return;
        }
        if (before.Problem?.Message != now.Problem?.Message)
            Line(time, now, json =>
            {
                json.WriteString("problem", now.Problem?.Message);
                json.WriteString("since", now.Since is null ? null : StatusOutput.Time(now.Since));
                json.WriteString("asOf", now.AsOf is null ? null : StatusOutput.Time(now.AsOf));
            });
        foreach (var change in StatusLines.Changes(before.Status, now.Status, depth)) Line(time, now, json => Write(json, change));
    }

    /// <inheritdoc/>
    public void End() => output.Flush();

    private void Write(Utf8JsonWriter json, StatusChange change)
    {
        switch (change)
        {
            case StatusChange.OfRevision(var from, var to):
                Pair(json, "revision", from, to, revision => StatusJson.Write(json, revision, remarks));
                break;
            case StatusChange.OfNamespace(var from, var to):
                Pair(json, "namespace", from, to, space => StatusJson.Write(json, space));
                break;
            case StatusChange.OfWorkload(var from, var to):
                Pair(json, "workload", from, to, workload => StatusJson.Write(json, workload));
                break;
            case StatusChange.OfPod(var from, var to):
                Pair(json, "pod", from, to, pod => StatusJson.Write(json, pod));
                break;
        }
    }

    private static void Pair<T>(Utf8JsonWriter json, string what, T? from, T? to, Action<T> members)
        where T : class
    {
        json.WriteString("changed", what);
        foreach (var (name, side) in (ReadOnlySpan<(string, T?)>)[("from", from), ("to", to)])
        {
            if (side is null)
            {
                json.WriteNull(name);
                continue;
            }
            json.WriteStartObject(name);
            members(side);
            json.WriteEndObject();
        }
    }

    private void Line(DateTimeOffset time, ObservedCluster cluster, Action<Utf8JsonWriter> members) => output.WriteLine(JsonText.LineOf(json =>
    {
        json.WriteString("time", StatusOutput.Time(time));
        json.WriteString("cluster", cluster.Name);
        members(json);
    }));
}
