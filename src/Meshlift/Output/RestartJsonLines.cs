using System.Collections.Immutable;
using System.Text.Json;
using Meshlift.Core.Restarting;
using Meshlift.Engine.Restarting;

namespace Meshlift.CommandLine.Output;

/// <summary>Restarts, for programs: an object on each line, <c>schemas/restart.schema.json</c>.</summary>
/// <param name="output">Where to.</param>
/// <param name="plans">The plans, in the order of the clusters.</param>
internal sealed class RestartJsonLines(TextWriter output, ImmutableArray<ClusterRestartPlan> plans) : IRestartView
{
    /// <inheritdoc/>
    public void Plan() => output.WriteLine(JsonText.LineOf(json =>
    {
        json.WriteStartArray("plan");
        foreach (var plan in plans)
            foreach (var one in plan.Restarts)
            {
                json.WriteStartObject();
                json.WriteString("cluster", plan.Cluster);
                Write(json, one);
                json.WriteString("restart", one.Standing switch { RestartStanding.Stale => "yes", RestartStanding.UnderWay => "underWay", RestartStanding.Refused => "refused", _ => "no" });
                json.WriteString("reason", one.Reason);
                json.WriteString("hold", one.Hold.Length == 0 ? null : one.Hold);
                json.WriteNumber("pods", one.Pods);
                json.WriteNumber("stale", one.Stale);
                json.WriteNumber("estimateSeconds", (long)one.Estimate.TotalSeconds);
                json.WriteEndObject();
            }
        json.WriteEndArray();
    }));

    /// <inheritdoc/>
    public void Tell(RestartEvent happened) => output.WriteLine(JsonText.LineOf(json =>
    {
        json.WriteString("time", StatusOutput.Time(happened.Time));
        json.WriteString("cluster", happened.Cluster);
        json.WriteString("event", Camel(happened.Kind));
        if (happened.Restart is { } restart)
        {
            Write(json, restart);
            json.WriteNumber("done", happened.Done);
            json.WriteNumber("wanted", happened.Wanted);
        }
        json.WriteString("reason", happened.Reason);
    }));

    /// <inheritdoc/>
    public void End(ImmutableArray<RestartReport> reports, bool isInterrupted) => output.WriteLine(JsonText.LineOf(json =>
    {
        json.WriteStartObject("summary");
        json.WriteBoolean("interrupted", isInterrupted);
        json.WriteStartArray("results");
        foreach (var report in reports)
            foreach (var result in report.Results)
            {
                json.WriteStartObject();
                json.WriteString("cluster", report.Cluster);
                Write(json, result.Restart);
                json.WriteString("outcome", Camel(result.Outcome));
                json.WriteBoolean("restarted", result.IsOurs);
                json.WriteNumber("seconds", (long)result.Took.TotalSeconds);
                json.WriteString("reason", result.Reason);
                json.WriteEndObject();
            }
        json.WriteEndArray();
        json.WriteEndObject();
    }));

    private static void Write(Utf8JsonWriter json, PlannedRestart restart)
    {
        json.WriteString("wave", restart.Wave.Length == 0 ? null : restart.Wave);
        json.WriteString("namespace", restart.Workload.Namespace);
        json.WriteString("kind", restart.Workload.Name.Kind);
        json.WriteString("name", restart.Workload.Name.Name);
    }

    private static string Camel(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
