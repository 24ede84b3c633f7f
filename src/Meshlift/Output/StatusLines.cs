using System.Collections.Immutable;
using Meshlift.Adapters.Processes;
using Meshlift.Core.Findings;
using Meshlift.Core.Fleet;
using Meshlift.Engine.Observing;

namespace Meshlift.CommandLine.Output;

/// <summary>What happens in a fleet, for logs and pipes: the tables once every cluster is known or told to be unknown, then a line for each change.</summary>
/// <param name="output">Where to.</param>
/// <param name="remarks">What is known of versions.</param>
/// <param name="depth">How deep it goes.</param>
internal sealed class StatusLines(TextWriter output, VersionRemarks remarks, StatusDepth depth) : IStatusWatch
{
    private bool _hasBegun;

    /// <inheritdoc/>
    public void Tell(ImmutableArray<ObservedCluster> fleet, int index, ObservedCluster before, DateTimeOffset time)
    {
        if (!_hasBegun)
        {
            if (fleet.Any(cluster => cluster is { Status: null, Problem: null })) return;
            _hasBegun = true;
            new StatusOutput(output, remarks).Write(fleet, depth);
            return;
        }
        var now = fleet[index];
        if (before.Problem?.Message != now.Problem?.Message) Line(time, now, "cluster", "", Known(before), Known(now));
        foreach (var change in before.Status is null || now.Status is null ? [] : Changes(before.Status, now.Status, depth))
        {
            var (kind, name, from, to) = change switch
            {
                StatusChange.OfRevision(var a, var b) => ("revision", (a ?? b)!.Revision, Text(a), Text(b)),
                StatusChange.OfNamespace(var a, var b) => ("namespace", (a ?? b)!.Name, Text(a), Text(b)),
                StatusChange.OfWorkload(var a, var b) => ("workload", $"{(a ?? b)!.Namespace}/{(a ?? b)!.Name}", Text(a), Text(b)),
                StatusChange.OfPod(var a, var b) => ("pod", $"{(a ?? b)!.Namespace}/{(a ?? b)!.Pod}", Text(a), Text(b)),
                _ => throw new InvalidOperationException(change.ToString()),
            };
            Line(time, now, kind, name, from, to);
        }
    }

    /// <inheritdoc/>
    public void End() => output.Flush();

    /// <summary>The changes that a status of this depth shows.</summary>
    public static IEnumerable<StatusChange> Changes(ClusterStatus from, ClusterStatus to, StatusDepth depth) => StatusChange.Between(from, to).Where(change => depth >= change switch
    {
        StatusChange.OfPod => StatusDepth.Pods,
        StatusChange.OfWorkload => StatusDepth.Workloads,
        StatusChange.OfNamespace => StatusDepth.Namespaces,
        _ => StatusDepth.Clusters,
    });

    private static string Known(ObservedCluster cluster) => cluster.Problem is { } problem ? $"unknown: {StatusOutput.FirstLine(problem.Message)}" : "known";

    private static string Text(RevisionStatus? revision) => revision is null ? "" : Joined(
        StatusOutput.VersionsOf(revision), revision.Plane is { } plane ? $"{plane.Ready}/{plane.Wanted} ready" : "no control plane", revision.Tags.IsEmpty ? "" : $"tags {string.Join(',', revision.Tags)}", Text(revision.Counts));

    private static string Text(NamespaceStatus? space) => space is null ? "" : Joined(space.Asks.Length == 0 ? "asks for nothing" : space.Asks, space.Revisions.IsEmpty ? "" : StatusOutput.Revisions(space.Revisions), Text(space.Counts));

    private static string Text(WorkloadStatus? workload) => workload is null ? "" : Joined(StatusOutput.Revisions(workload.Revisions), $"would get {workload.WouldBe ?? "-"}", Text(workload.Counts));

    private static string Text(ProxyStatus? pod) => pod is null ? "" : Joined(pod.Revision ?? "-", pod.Version?.ToString() ?? "", StatusOutput.Word(pod.State), pod.IsReady ? "" : "not ready");

    private static string Text(ProxyCounts counts) => Joined(
        Counted.Of(counts.Pods, "pod"), counts.Proxies == counts.Pods ? "" : Counted.Of(counts.Proxies, "proxy", "proxies"), counts.Stale == 0 ? "" : $"{StatusOutput.Number(counts.Stale)} stale",
        counts.Missing == 0 ? "" : $"{StatusOutput.Number(counts.Missing)} missing", StatusOutput.Remarks(counts));

    private static string Joined(params ReadOnlySpan<string> parts)
    {
        var text = "";
        foreach (var part in parts)
            if (part.Length > 0)
                text += text.Length == 0 ? part : $", {part}";
        return text;
    }

    private void Line(DateTimeOffset time, ObservedCluster cluster, string kind, string name, string from, string to) =>
        output.WriteLine(Redaction.WithoutControls($"{StatusOutput.Time(time)} {cluster.Name} {kind}{(name.Length == 0 ? "" : $" {name}")}: {(from.Length == 0 ? "none" : from)} -> {(to.Length == 0 ? "none" : to)}"));
}
