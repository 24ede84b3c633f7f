using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Adapters.Processes;
using Meshlift.Core.Findings;
using Meshlift.Core.Fleet;
using Meshlift.Engine.Observing;

namespace Meshlift.CommandLine.Output;

/// <summary>How deep a status goes.</summary>
internal enum StatusDepth
{
    /// <summary>Clusters and their revisions.</summary>
    Clusters,
    /// <summary>Also namespaces.</summary>
    Namespaces,
    /// <summary>Also workloads.</summary>
    Workloads,
    /// <summary>Also pods.</summary>
    Pods,
}

/// <summary>Prints what runs in a fleet, for people.</summary>
/// <param name="output">Where to.</param>
/// <param name="remarks">What is known of versions.</param>
internal sealed class StatusOutput(TextWriter output, VersionRemarks remarks)
{
    /// <summary>Prints it.</summary>
    public void Write(ImmutableArray<ObservedCluster> fleet, StatusDepth depth)
    {
        WriteClusters(fleet);
        if (depth >= StatusDepth.Namespaces) WriteNamespaces(fleet);
        if (depth >= StatusDepth.Workloads) WriteWorkloads(fleet);
        if (depth >= StatusDepth.Pods) WritePods(fleet);
        foreach (var cluster in fleet)
        {
            foreach (var unseen in cluster.Status?.Unseen ?? []) WriteLine($"not seen in {cluster.Name}: {unseen}");
            if (cluster is { Status: not null, Problem: { } problem }) WriteLine($"{cluster.Name} is unknown since {Time(cluster.Since)}, and shown as of {Time(cluster.AsOf)}: {FirstLine(problem.Message)}");
        }
        WriteLine(Summary(fleet));
    }

    private void WriteClusters(ImmutableArray<ObservedCluster> fleet)
    {
        var table = new TextTable("CLUSTER", "KUBERNETES", "REVISION", "VERSION", "READY", "TAGS", "PROXIES", "SHARE", "STALE", "REMARKS");
        foreach (var cluster in fleet)
        {
            if (cluster.Status is not { } status)
            {
                table.Add(cluster.Name, "unknown", "", "", "", "", "", "", "", cluster.Problem is { } problem ? FirstLine(problem.Message) : "no answer yet");
                continue;
            }
            var kubernetes = cluster.Problem is null ? status.Kubernetes : "";
            if (status.Revisions.IsEmpty) table.Add(cluster.Name, Or(kubernetes), "-", "", "", "", "0", "", "", "no control plane and no proxy");
            for (var i = 0; i < status.Revisions.Length; i++)
            {
                var revision = status.Revisions[i];
                table.Add(
                    i == 0 ? cluster.Name : "", i == 0 ? Or(kubernetes) : "", revision.Revision, VersionsOf(revision), revision.Plane is { } plane ? $"{plane.Ready}/{plane.Wanted}" : "-",
                    revision.Tags.IsEmpty ? "-" : string.Join(',', revision.Tags), Number(revision.Counts.Proxies), Share(revision.Counts.Proxies, status.Counts.Proxies), Number(revision.Counts.Stale),
                    string.Join("; ", remarks.On(revision)));
            }
        }
        table.Write(output);
    }

    private void WriteNamespaces(ImmutableArray<ObservedCluster> fleet)
    {
        var table = new TextTable("CLUSTER", "NAMESPACE", "ASKS", "REVISIONS", "PODS", "PROXIES", "STALE", "MISSING", "REMARKS");
        foreach (var (cluster, space) in fleet.SelectMany(cluster => (cluster.Status?.Namespaces ?? []).Select(space => (cluster.Name, space))))
            table.Add(cluster, space.Name, space.Asks.Length == 0 ? "-" : space.Asks, Revisions(space.Revisions), Number(space.Counts.Pods), Number(space.Counts.Proxies), Number(space.Counts.Stale), Number(space.Counts.Missing), Remarks(space.Counts));
        WriteTable(table);
    }

    private void WriteWorkloads(ImmutableArray<ObservedCluster> fleet)
    {
        var table = new TextTable("CLUSTER", "NAMESPACE", "WORKLOAD", "RUNS", "WOULD GET", "PODS", "STALE", "REASON");
        foreach (var (cluster, workload) in fleet.SelectMany(cluster => (cluster.Status?.Workloads ?? []).Select(workload => (cluster.Name, workload))))
            table.Add(cluster, workload.Namespace, workload.Name.ToString(), Revisions(workload.Revisions), workload.WouldBe ?? "-", Number(workload.Counts.Pods), Number(workload.Counts.Stale), workload.Reason);
        WriteTable(table);
    }

    private void WritePods(ImmutableArray<ObservedCluster> fleet)
    {
        var table = new TextTable("CLUSTER", "NAMESPACE", "POD", "KIND", "REVISION", "VERSION", "READY", "STATE", "REASON");
        foreach (var (cluster, pod) in fleet.SelectMany(cluster => (cluster.Status?.Pods ?? []).Select(pod => (cluster.Name, pod))))
            table.Add(cluster, pod.Namespace, pod.Pod, pod.Role == ProxyRole.None ? "-" : Word(pod.Role), pod.Revision ?? "-", pod.Version?.ToString() ?? "-", pod.IsReady ? "yes" : "no", Word(pod.State), pod.State is ProxyState.Current or ProxyState.Outside ? "" : pod.Reason);
        WriteTable(table);
    }

    private void WriteTable(TextTable table)
    {
        output.WriteLine();
        table.Write(output);
    }

    internal static string VersionsOf(RevisionStatus revision) => revision.Plane is { } plane
        ? plane.Version?.ToString() ?? plane.Image
        : revision.Versions.IsEmpty ? "unknown" : string.Join(',', revision.Versions.Select(version => version.Version?.ToString() ?? "unknown"));

    internal static string Revisions(ImmutableArray<(string Revision, int Count)> revisions) => revisions.IsEmpty ? "-" : string.Join(' ', revisions.Select(one => $"{one.Revision}:{Number(one.Count)}"));

    internal static string Remarks(ProxyCounts counts)
    {
        var remarks = new List<string>();
        if (counts.Troubled > 0) remarks.Add($"{Number(counts.Troubled)} contested or blocked");
        if (counts.Unexpected > 0) remarks.Add($"{Number(counts.Unexpected)} would lose their proxy");
        if (counts.Moved > 0) remarks.Add($"{Number(counts.Moved)} from another registry");
        if (counts.Ambient > 0) remarks.Add($"{Number(counts.Ambient)} by ztunnel");
        if (counts.Unknown > 0) remarks.Add($"{Number(counts.Unknown)} unknown");
        return string.Join(", ", remarks);
    }

    private static string Summary(ImmutableArray<ObservedCluster> fleet)
    {
        var known = fleet.Where(cluster => cluster.Status is not null).ToList();
        var counts = known.Select(cluster => cluster.Status!.Counts).Aggregate(default(ProxyCounts), (a, b) => a + b);
        var text = $"{Counted.Of(fleet.Length, "cluster")}, {Counted.Of(counts.Pods, "pod")}, {Counted.Of(counts.Proxies, "proxy", "proxies")}: {Number(counts.Stale)} stale, {Number(counts.Missing)} missing";
        var more = Remarks(counts);
        if (more.Length > 0) text += $", {more}";
        return known.Count == fleet.Length ? text : $"{text}; nothing is known of {Counted.Of(fleet.Length - known.Count, "cluster")}";
    }

    private static string Share(int part, int whole) => whole == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{(int)(100L * part / whole)}%");

    internal static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Or(string text) => text.Length == 0 ? "unknown" : text;

    internal static string Word(Enum value) => value.ToString().ToLowerInvariant();

    /// <summary>A time, to the second.</summary>
    internal static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "-";

    internal static string FirstLine(string? text) => (text ?? "").Split('\n')[0];

    private void WriteLine(string text) => output.WriteLine(Redaction.WithoutControls(text));
}
