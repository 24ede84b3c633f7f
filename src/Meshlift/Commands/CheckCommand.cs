using System.Collections.Immutable;
using System.CommandLine;
using Meshlift.Adapters.Files;
using Meshlift.Adapters.Functions;
using Meshlift.Adapters.Kubernetes;
using Meshlift.Adapters.Releases;
using Meshlift.Adapters.Schemas;
using Meshlift.CommandLine.Output;
using Meshlift.CommandLine.Usage;
using Meshlift.Core;
using Meshlift.Core.Checks;
using Meshlift.Core.Configuration;
using Meshlift.Core.Schemas;
using Meshlift.Engine.Checks;
using Meshlift.Engine.Rendering;

namespace Meshlift.CommandLine.Commands;

/// <summary><c>meshlift check</c>.</summary>
internal static class CheckCommand
{
    private const string Details = """
        PATH is a file or a folder of manifests. Without it, the folders of all clusters in meshlift.yaml are checked. Resources of CRDs are held against
        the CRDs that are found there and in the clusters' folders. Kubernetes' own types are held against --kubernetes-version, whose types are fetched once
        and kept, or --schemas; without both they are counted as not checked. What could not be checked is never called passed.

        A finding is silenced by a comment on its line or above it: # meshlift:ignore ML3006 the operator sets it
        Every rule has a page in docs/rules/. What checks weigh in which files, and checks of your own, stand in meshlift.yaml under spec.checks.

        Exit code 1 when there is a finding of severity 'error', 3 when a file could not be read or a program failed.

        Examples:
          meshlift check                                        the clusters' folders
          meshlift check apps/ --kubernetes-version 1.33        manifests of applications
          meshlift check apps/ --schemas cluster                against what the cluster serves
          meshlift check apps/ --write-baseline known.txt       what is there now is known...
          meshlift check apps/ --baseline known.txt             ...and only what is new is told
          meshlift check --output sarif                         for code scanning; also json, junit, github
        """;

    private const string Cluster = "cluster";

    public static Command Create()
    {
        var paths = new Argument<string[]>("path") { Description = "Files and folders.", Arity = ArgumentArity.ZeroOrMore, HelpName = "PATH" };
        var config = SharedOptions.Config();
        var schemas = new Option<string[]>("--schemas") { Description = "OpenAPI documents of Kubernetes, or what a cluster serves; may be given several times.", HelpName = "FOLDER|URL|cluster", AllowMultipleArgumentsPerToken = false };
        var context = new Option<string?>("--context") { Description = "The context of the kubeconfig for --schemas cluster; default: the current one.", HelpName = "NAME" };
        var kubernetes = new Option<KubernetesRelease?>("--kubernetes-version") { Description = "The Kubernetes that the manifests are for, such as 1.33.", HelpName = "VERSION", CustomParser = Release };
        var istioctl = new Option<string?>("--istioctl") { Description = "The istioctl that also checks; off for none. Default: the one on PATH.", HelpName = "PATH|off" };
        var baseline = new Option<string?>("--baseline") { Description = "Do not tell the findings that this file holds.", HelpName = "FILE" };
        var writeBaseline = new Option<string?>("--write-baseline") { Description = "Write the findings into this file, and exit with 0.", HelpName = "FILE" };
        var output = new Option<CheckFormat>("--output", "-o") { Description = "text, the default, json, sarif, junit or github.", HelpName = "FORMAT", CustomParser = result => Enum.TryParse<CheckFormat>(result.Tokens is [var token] ? token.Value : "", ignoreCase: true, out var format) ? format : CheckFormat.Text };
        output.AcceptOnly("text", "json", "sarif", "junit", "github");
        var command = new DocumentedCommand("check", "Checks manifests against schemas and rules.", Details) { paths, config, kubernetes, schemas, context, istioctl, baseline, writeBaseline, output };
        paths.RefuseOptions(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(baseline) is { Implicit: false } && result.GetResult(writeBaseline) is { Implicit: false }) result.AddError("--baseline and --write-baseline exclude each other");
            if (result.GetResult(context) is { Implicit: false } && !(result.GetValue(schemas) ?? []).Contains(Cluster, StringComparer.Ordinal)) result.AddError("--context goes with --schemas cluster");
        });
        command.SetAction(async (parse, cancel) =>
        {
            var wanted = parse.GetValue(paths) ?? [];
            var file = parse.GetValue(config)!;
            var needsMesh = wanted.Length == 0 || parse.GetResult(config) is { Implicit: false };
            var mesh = needsMesh || File.Exists(file) ? MeshFolder.Read(file, file) : null;
            var types = new List<TypeSchema>();
            var places = parse.GetValue(schemas) ?? [];
            using var http = Web.Client();
            foreach (var place in places) types.AddRange(await (place == Cluster ? new ClusterSchemas(TimeProvider.System).ReadAsync(parse.GetValue(context), cancel) : new SchemaFiles(http).ReadAsync(place, cancel)));
            var configured = mesh?.Mesh.Spec.Checks.Kubernetes;
            var release = parse.GetValue(kubernetes) ?? configured?.Version;
            if (release is not null && (places.Length == 0 || parse.GetResult(kubernetes) is { Implicit: false })) types.AddRange(await TypesOfAsync(release, configured?.OpenApi, cancel));
            var known = parse.GetValue(baseline) is { } name ? CheckBaseline.Read(name) : null;
            var request = new CheckRequest([.. wanted], mesh, [.. types], known) { KubernetesMinor = release?.Minor };
            request = request with { Outside = [.. await new FunctionChecks(new FunctionProgram(TimeProvider.System)).RunAsync(request, cancel), .. await IstioctlAsync(parse.GetValue(istioctl), request, cancel)] };
            CheckResult result;
            using (var progress = new CheckProgressLine(Console.Error, !Console.IsErrorRedirected, TimeProvider.System))
                result = CheckRun.Run(request with { Progress = progress }, cancel);
            CheckOutput.Write(parse.InvocationConfiguration.Output, parse.GetValue(output), result);
            foreach (var failure in result.Unread) ErrorText.Write(parse.InvocationConfiguration.Error, failure);
            if (!result.Unread.IsEmpty) return (int)ExitCode.Environment;
            if (parse.GetValue(writeBaseline) is not { } target) return (int)(result.HasErrors ? ExitCode.Finding : ExitCode.Done);
            CheckBaseline.Write(target, result.Findings);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static async Task<ImmutableArray<TypeSchema>> TypesOfAsync(KubernetesRelease release, string? place, CancellationToken cancel)
    {
        using var web = ReleaseWeb.Client();
        using var progress = new FetchLine(Console.Error, !Console.IsErrorRedirected);
        return await new ReleaseSchemas(place ?? CheckKubernetesSpec.Published, CacheFolder.Path, web, TimeProvider.System).ReadAsync(release, progress, cancel);
    }

    private static async Task<ImmutableArray<OutsideVerdict>> IstioctlAsync(string? given, CheckRequest request, CancellationToken cancel) => given == "off"
        ? [new OutsideVerdict(OutsideChecks.Analyze, [], "--istioctl off"), new OutsideVerdict(OutsideChecks.Validate, [], "--istioctl off")]
        : await new IstioctlChecks(given, TimeProvider.System).RunAsync(request, cancel);

    private static KubernetesRelease? Release(System.CommandLine.Parsing.ArgumentResult result)
    {
        try
        {
            return KubernetesRelease.Parse(result.Tokens is [var token] ? token.Value : "");
        }
        catch (UserException e)
        {
            result.AddError($"--kubernetes-version: {e.Message}; {e.Remedy}");
            return null;
        }
    }
}
