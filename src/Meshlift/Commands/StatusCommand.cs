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

        Exit code 3 when nothing is known of a cluster.

        Examples:
          meshlift status                           every cluster and revision
          meshlift status --workloads --stale       what a restart would change, and why
          meshlift status --pods -n shop            one namespace
          meshlift status --all-contexts --output json
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
        var output = SharedOptions.Output();
        var command = new DocumentedCommand("status", "Shows what runs in every cluster: revisions, proxies, what is stale, what is exposed.", Details) { namespaces, workloads, pods, space, revision, stale, timeout, output };
        kube.AddTo(command);
        command.SetAction(async (parse, cancel) =>
        {
            var targets = kube.Targets(parse);
            var time = TimeProvider.System;
            var observer = new FleetObserver(new ClientSettings(), TimeSpan.FromSeconds(parse.GetValue(timeout)), time);
            var fleet = await observer.ObserveAsync(targets, seen: null, cancel);
            var filter = new StatusFilter([.. parse.GetValue(space) ?? []], parse.GetValue(revision), parse.GetValue(stale));
            ImmutableArray<ObservedCluster> shown = [.. fleet.Select(cluster => cluster.Status is { } status ? cluster with { Status = filter.Of(status) } : cluster)];
            var depth = parse.GetValue(pods) ? StatusDepth.Pods : parse.GetValue(workloads) ? StatusDepth.Workloads : parse.GetValue(namespaces) ? StatusDepth.Namespaces : StatusDepth.Clusters;
            var remarks = new VersionRemarks(KnowledgeOf(kube.ConfigOf(parse), time), DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), newest: null);
            var writer = parse.InvocationConfiguration.Output;
            if (parse.GetValue(output) == OutputFormat.Json) writer.WriteLine(StatusJson.Of(shown, remarks, depth));
            else new StatusOutput(writer, remarks).Write(shown, depth);
            foreach (var cluster in fleet)
                if (cluster.Problem is { } problem)
                    ErrorText.Write(parse.InvocationConfiguration.Error, problem);
            return (int)(fleet.Any(cluster => cluster.Status is null) ? ExitCode.Environment : ExitCode.Done);
        });
        return command;
    }

    private static ReleaseKnowledge KnowledgeOf(string config, TimeProvider time)
    {
        if (!File.Exists(config)) return ReleaseKnowledge.BuiltIn;
        var folder = MeshFolder.Read(config, config);
        using var web = ReleaseWeb.Client();
        return new KnowledgeChoice(new KnowledgeFetcher(web, time), new KnowledgeCache(CacheFolder.Path), time).Current(folder.Mesh.Spec.Istio.Knowledge, folder.Root).Known;
    }
}
