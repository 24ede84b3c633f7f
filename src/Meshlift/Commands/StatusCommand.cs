using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Meshlift.Adapters.Files;
using Meshlift.Adapters.Knowledge;
using Meshlift.Adapters.Kubernetes;
using Meshlift.Adapters.Releases;
using Meshlift.CommandLine.Output;
using Meshlift.CommandLine.Usage;
using Meshlift.Core.Fleet;
using Meshlift.Core.Knowledge;
using Meshlift.Engine.Observing;
using Meshlift.Engine.Rendering;
using Meshlift.Engine.Versions;

namespace Meshlift.CommandLine.Commands;

/// <summary><c>meshlift status</c>.</summary>
internal static class StatusCommand
{
    private const string Details = """
        Looks at all clusters at once: those of meshlift.yaml that have a context; else that of the current context. A cluster that does not answer in time is
        unknown, and the others are shown. A proxy is stale when another revision or another version would be put into its pod now.

        With --watch every cluster is followed until Ctrl-C, and the program ends with 130, as kubectl get --watch does. On a terminal the tables are drawn in
        place, on a screen of their own, and stay when it is left. Into a pipe or a file they are printed once, and then a line for each change; with
        --output json a JSON object on each line, the status of each cluster first. A cluster that cannot be followed is unknown, its last state is shown with
        its time, and it is tried again.

        Exit code 3 when nothing is known of a cluster.

        Examples:
          meshlift status                           every cluster and revision
          meshlift status --workloads --stale       what a restart would change, and why
          meshlift status --pods -n shop            one namespace
          meshlift status --all-contexts --output json
          meshlift status --workloads --watch       a roll-out, as it happens
        """;

    public static Command Create()
    {
        var kube = new KubeOptions();
        var namespaces = new Option<bool>("--namespaces") { Description = "Also namespaces." };
        var workloads = new Option<bool>("--workloads") { Description = "Also namespaces and workloads." };
        var pods = new Option<bool>("--pods") { Description = "Also namespaces, workloads and pods." };
        var space = new Option<string[]>("--namespace", "-n") { Description = "Of namespaces, workloads and pods, only those of this namespace; may be given several times.", HelpName = "NAME", AllowMultipleArgumentsPerToken = false };
        var revision = new Option<string?>("--revision") { Description = "Of these, only what runs this revision or would get it.", HelpName = "NAME" };
        var stale = new Option<bool>("--stale") { Description = "Of these, only what is not as it would be made now." };
        var timeout = new Option<int>("--timeout") { Description = "After how many seconds a cluster counts as unknown.", HelpName = "SECONDS", DefaultValueFactory = _ => 30 };
        timeout.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds is < 1 or > 3600)) result.AddError("--timeout takes a number of seconds from 1 to 3600");
        });
        var watch = new Option<bool>("--watch", "-w") { Description = "Go on, and show what changes, until Ctrl-C." };
        var on = SharedOptions.On();
        var output = SharedOptions.Output();
        var command = new DocumentedCommand("status", "Shows what runs in every cluster: revisions, proxies, what is stale, what is exposed.", Details) { namespaces, workloads, pods, space, revision, stale, watch, timeout, on, output };
        kube.AddTo(command);
        command.SetAction(async (parse, cancel) =>
        {
            var targets = kube.Targets(parse);
            var time = TimeProvider.System;
            var limit = TimeSpan.FromSeconds(parse.GetValue(timeout));
            var filter = new StatusFilter([.. parse.GetValue(space) ?? []], parse.GetValue(revision), parse.GetValue(stale));
            var depth = parse.GetValue(pods) ? StatusDepth.Pods : parse.GetValue(workloads) ? StatusDepth.Workloads : parse.GetValue(namespaces) ? StatusDepth.Namespaces : StatusDepth.Clusters;
            var remarks = new VersionRemarks(KnowledgeOf(kube.ConfigOf(parse), time), SharedOptions.DayOf(parse.GetValue(on)) ?? DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), newest: null);
            var writer = parse.InvocationConfiguration.Output;
            var isJson = parse.GetValue(output) == OutputFormat.Json;
            if (parse.GetValue(watch)) return (int)await WatchAsync(new FleetFollower(new ClientSettings(), limit), targets, filter, WatchOf(writer, isJson, remarks, depth), time, cancel);
            var fleet = await new FleetObserver(new ClientSettings(), limit, time).ObserveAsync(targets, seen: null, cancel);
            ImmutableArray<ObservedCluster> shown = [.. fleet.Select(cluster => Filtered(cluster, filter))];
            if (isJson) writer.WriteLine(StatusJson.Of(shown, remarks, depth));
            else new StatusOutput(writer, remarks).Write(shown, depth);
            foreach (var cluster in fleet)
                if (cluster.Problem is { } problem)
                    ErrorText.Write(parse.InvocationConfiguration.Error, problem);
            return (int)(fleet.Any(cluster => cluster.Status is null) ? ExitCode.Environment : ExitCode.Done);
        });
        return command;
    }

    private static async Task<ExitCode> WatchAsync(FleetFollower follower, ImmutableArray<ClusterTarget> targets, StatusFilter filter, IStatusWatch watch, TimeProvider time, CancellationToken cancel)
    {
        // Nothing would ever happen.
        if (targets.All(target => target.Access is null)) throw targets[0].Problem!;
        ImmutableArray<ObservedCluster> fleet = [.. targets.Select(target => new ObservedCluster(target.Name, null, null))];
        try
        {
            await foreach (var (index, cluster) in follower.FollowAsync(targets, cancel))
            {
                var before = fleet[index];
                fleet = fleet.SetItem(index, Filtered(cluster, filter));
                watch.Tell(fleet, index, before, time.GetUtcNow());
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The usual end.
        }
        finally
        {
            watch.End();
        }
        return ExitCode.Interrupted;
    }

    private static IStatusWatch WatchOf(TextWriter writer, bool isJson, VersionRemarks remarks, StatusDepth depth)
    {
        if (isJson) return new StatusJsonLines(writer, remarks, depth);
        // A writer that is not the console's own is a file or a test; a terminal that does not tell its size says 0.
        return !Console.IsOutputRedirected && writer is StreamWriter && Console.WindowWidth > 0
            ? new StatusScreen(writer, () => (Console.WindowWidth, Console.WindowHeight), remarks, depth)
            : new StatusLines(writer, remarks, depth);
    }

    private static ObservedCluster Filtered(ObservedCluster cluster, StatusFilter filter) => cluster.Status is { } status ? cluster with { Status = filter.Of(status) } : cluster;

    private static ReleaseKnowledge KnowledgeOf(string config, TimeProvider time)
    {
        if (!File.Exists(config)) return ReleaseKnowledge.BuiltIn;
        var folder = MeshFolder.Read(config, config);
        using var web = ReleaseWeb.Client();
        return new KnowledgeChoice(new KnowledgeFetcher(web, time), new KnowledgeCache(CacheFolder.Path), time).Current(folder.Mesh.Spec.Istio.Knowledge, folder.Root).Known;
    }
}
