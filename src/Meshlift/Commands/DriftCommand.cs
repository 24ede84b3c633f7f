using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Meshlift.Adapters.Git;
using Meshlift.Adapters.Kubernetes;
using Meshlift.CommandLine.Output;
using Meshlift.CommandLine.Usage;
using Meshlift.Core;
using Meshlift.Engine.Drifting;
using Meshlift.Engine.Observing;
using Meshlift.Engine.Rendering;

namespace Meshlift.CommandLine.Commands;

/// <summary><c>meshlift drift</c>.</summary>
internal static class DriftCommand
{
    private const string Details = """
        Holds each cluster of meshlift.yaml that has a context against its folder in Git, as the delivery engine applies it: what is missing, what differs
        and who wrote it, what is left over though Git no longer has it. The API server itself says what an apply would change, by a dry run; where that
        is not allowed, every field that Git states is compared. Nothing is written. Fields that others rightly own are counted; --all lists them.

        With PATHs, these manifests are held against the cluster of the current context, and nothing is called left over.

        Exit code: 0 no drift, 1 drift, 3 nothing is known of a cluster or an object and no drift was found.

        Examples:
          meshlift drift                            every cluster against the checkout
          meshlift drift --cluster eu --all         one cluster, with the fields of others
          meshlift drift --revision origin/main     against what is merged
          meshlift drift manifests/ --context eu    any manifests
          meshlift drift --output markdown          for an issue or a pull request
        """;

    public static Command Create()
    {
        var kube = new KubeOptions();
        var paths = new Argument<string[]>("paths") { Description = "Manifests: files or folders. Default: the clusters' folders.", Arity = ArgumentArity.ZeroOrMore, HelpName = "PATH" };
        var cluster = new Option<string[]>("--cluster") { Description = "Only this cluster of meshlift.yaml; may be given several times.", HelpName = "NAME", AllowMultipleArgumentsPerToken = false };
        var compare = new Option<CompareMode>("--compare")
        {
            Description = "auto, the default; dry-run, and what cannot be tried is unknown; or fields, which asks nothing but reading of the server.",
            HelpName = "HOW",
            CustomParser = result => result.Tokens is [{ Value: "dry-run" }] ? CompareMode.DryRun : result.Tokens is [{ Value: "fields" }] ? CompareMode.Fields : CompareMode.Auto,
        };
        compare.AcceptOnly("auto", "dry-run", "fields");
        var revision = new Option<string?>("--revision") { Description = "Against this commit of Git. Default: the checkout as it is.", HelpName = "COMMIT" };
        var all = new Option<bool>("--all") { Description = "Also list the fields that others rightly own." };
        var timeout = new Option<int>("--timeout") { Description = "After how many seconds a cluster counts as unknown.", HelpName = "SECONDS", DefaultValueFactory = _ => 30 };
        timeout.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds is < 1 or > 3600)) result.AddError("--timeout takes a number of seconds from 1 to 3600");
        });
        var output = new Option<string>("--output", "-o") { Description = "text, the default, json or markdown.", HelpName = "FORMAT", DefaultValueFactory = _ => "text" };
        output.AcceptOnly("text", "json", "markdown");
        var command = new DocumentedCommand("drift", "Holds what runs against what Git says: what differs, by whom, what is missing, what is left over.", Details) { paths, cluster, compare, revision, all, timeout, output };
        kube.AddTo(command);
        paths.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value is ['-', _, ..])) result.AddError(UsageErrors.UnknownOption(token.Value, command));
        });
        command.Validators.Add(result =>
        {
            if (result.GetResult(paths) is { Tokens.Count: > 0 } && result.GetResult(revision) is { Implicit: false }) result.AddError("--revision goes with the folders of meshlift.yaml, not with PATHs");
        });
        command.SetAction(async (parse, cancel) =>
        {
            var time = TimeProvider.System;
            var named = parse.GetValue(paths) ?? [];
            var (targets, source) = named.Length > 0
                ? OfPaths(kube, parse, named, [.. parse.GetValue(cluster) ?? []])
                : OfMesh(kube, parse, [.. parse.GetValue(cluster) ?? []], parse.GetValue(revision), new GitProgram(time));
            var fleet = await new FleetDrift(new ClientSettings(), parse.GetValue(compare), TimeSpan.FromSeconds(parse.GetValue(timeout)), time).CompareAsync(targets, source, cancel);
            var writer = parse.InvocationConfiguration.Output;
            if (parse.GetValue(output) == "json") writer.WriteLine(DriftJson.Of(fleet));
            else if (parse.GetValue(output) == "markdown") writer.Write(DriftMarkdown.Of(fleet, parse.GetValue(all)));
            else new DriftText(writer, parse.GetValue(all)).Write(fleet);
            foreach (var one in fleet)
                if (one.Problem is { } problem)
                    ErrorText.Write(parse.InvocationConfiguration.Error, problem);
            if (fleet.Any(one => one.Drift is { HasDrift: true })) return (int)ExitCode.Finding;
            return (int)(fleet.Any(one => one.Drift is null or { HasUnknown: true }) ? ExitCode.Environment : ExitCode.Done);
        });
        return command;
    }

    private static (ImmutableArray<ClusterTarget> Targets, Func<int, CancellationToken, Task<DriftSource>> Source) OfPaths(KubeOptions kube, ParseResult parse, string[] paths, ImmutableArray<string> clusters)
    {
        var source = DriftSource.OfPaths(paths);
        if (source.Stated.Resources.Resources.IsEmpty && source.Stated.Unread.IsEmpty)
            throw new UserException(ErrorKind.Input, $"there is no Kubernetes object in {string.Join(", ", paths)}", "name files or folders that hold manifests");
        var contexts = kube.ContextsOf(parse);
        var targets = kube.IsAll(parse) || contexts.Length > 0 ? kube.Targets(parse)
            : clusters.IsEmpty ? kube.Targets(parse, [(null, null)])
            : OfMesh(kube, parse, clusters, null, null!).Targets;
        return (targets, (_, _) => Task.FromResult(source));
    }

    private static (ImmutableArray<ClusterTarget> Targets, Func<int, CancellationToken, Task<DriftSource>> Source) OfMesh(KubeOptions kube, ParseResult parse, ImmutableArray<string> names, string? revision, GitProgram git)
    {
        var (config, contexts) = (kube.ConfigOf(parse), kube.ContextsOf(parse));
        var mesh = MeshFolder.Read(config, config);
        var chosen = new ClusterChoice(names, null, All: names.IsEmpty).In(mesh.Mesh.Spec);
        // One cluster and one context: that is where it is, whatever the configuration says.
        if (names.Length == 1 && contexts.Length == 1) chosen = [chosen[0] with { Context = contexts[0] }];
        else if (contexts.FirstOrDefault(context => !chosen.Any(one => one.Context == context)) is { } unknown)
            throw new UserException(ErrorKind.Input, $"no cluster of {config} has the context '{unknown}'", "name the cluster, too: --cluster NAME --context CONTEXT");
        if (names.Length > 0 && chosen.FirstOrDefault(one => one.Context is null) is { } without)
            throw new UserException(ErrorKind.Input, $"the cluster {without.Name} has no context in {config}", "add one (spec.environments[].clusters[].context), or name it with --context");
        chosen = [.. chosen.Where(one => one.Context is { } context && (contexts.IsEmpty || contexts.Contains(context, StringComparer.Ordinal)))];
        if (chosen.IsEmpty)
            throw new UserException(ErrorKind.Input, $"no cluster of {config} has a context, so that none can be looked at", "add one (spec.environments[].clusters[].context), or name both: --cluster NAME --context CONTEXT");
        return (kube.Targets(parse, chosen.Select(one => ((string?)one.Name, one.Context))), (place, cancel) => DriftSource.OfClusterAsync(mesh, chosen[place], revision, git, cancel));
    }
}
