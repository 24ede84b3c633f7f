using System.CommandLine;
using Meshlift.Adapters.Schemas;
using Meshlift.CommandLine.Output;
using Meshlift.CommandLine.Usage;
using Meshlift.Core.Schemas;
using Meshlift.Engine.Checks;
using Meshlift.Engine.Rendering;

namespace Meshlift.CommandLine.Commands;

/// <summary><c>meshlift check</c>.</summary>
internal static class CheckCommand
{
    private const string Details = """
        PATH is a file or a folder of manifests. Without it, the folders of all clusters in meshlift.yaml are checked. Resources of CRDs are held against
        the CRDs that are found there and in the clusters' folders. Kubernetes' own types are held against --schemas; without it they are counted as not
        checked. What could not be checked is never called passed.

        A finding is silenced by a comment on its line or above it: # meshlift:ignore ML3006 the operator sets it
        Every rule has a page in docs/rules/.

        Exit code 1 when there is a finding of severity 'error', 3 when a file could not be read.

        Examples:
          meshlift check                                        the clusters' folders
          kubectl get --raw /openapi/v2 > kubernetes.json       Kubernetes' own types, once
          meshlift check apps/ --schemas kubernetes.json        manifests of applications
          meshlift check apps/ --write-baseline known.txt       what is there now is known...
          meshlift check apps/ --baseline known.txt             ...and only what is new is told
          meshlift check --output sarif                         for code scanning; also json, junit, github
        """;

    public static Command Create()
    {
        var paths = new Argument<string[]>("path") { Description = "Files and folders.", Arity = ArgumentArity.ZeroOrMore, HelpName = "PATH" };
        var config = SharedOptions.Config();
        var schemas = new Option<string[]>("--schemas") { Description = "OpenAPI documents of Kubernetes; may be given several times.", HelpName = "FOLDER|URL", AllowMultipleArgumentsPerToken = false };
        var baseline = new Option<string?>("--baseline") { Description = "Do not tell the findings that this file holds.", HelpName = "FILE" };
        var writeBaseline = new Option<string?>("--write-baseline") { Description = "Write the findings into this file, and exit with 0.", HelpName = "FILE" };
        var output = new Option<CheckFormat>("--output", "-o") { Description = "text, the default, json, sarif, junit or github.", HelpName = "FORMAT", CustomParser = result => Enum.TryParse<CheckFormat>(result.Tokens is [var token] ? token.Value : "", ignoreCase: true, out var format) ? format : CheckFormat.Text };
        output.AcceptOnly("text", "json", "sarif", "junit", "github");
        var command = new DocumentedCommand("check", "Checks manifests against schemas and rules.", Details) { paths, config, schemas, baseline, writeBaseline, output };
        paths.RefuseOptions(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(baseline) is { Implicit: false } && result.GetResult(writeBaseline) is { Implicit: false }) result.AddError("--baseline and --write-baseline exclude each other");
        });
        command.SetAction(async (parse, cancel) =>
        {
            var wanted = parse.GetValue(paths) ?? [];
            var file = parse.GetValue(config)!;
            var needsMesh = wanted.Length == 0 || parse.GetResult(config) is { Implicit: false };
            var mesh = needsMesh || File.Exists(file) ? MeshFolder.Read(file, file) : null;
            var types = new List<TypeSchema>();
            using var http = Web.Client();
            foreach (var place in parse.GetValue(schemas) ?? []) types.AddRange(await new SchemaFiles(http).ReadAsync(place, cancel));
            var known = parse.GetValue(baseline) is { } name ? CheckBaseline.Read(name) : null;
            var result = CheckRun.Run(new CheckRequest([.. wanted], mesh, [.. types], known), cancel);
            CheckOutput.Write(parse.InvocationConfiguration.Output, parse.GetValue(output), result);
            foreach (var failure in result.Unread) ErrorText.Write(parse.InvocationConfiguration.Error, failure);
            if (!result.Unread.IsEmpty) return (int)ExitCode.Environment;
            if (parse.GetValue(writeBaseline) is not { } target) return (int)(result.HasErrors ? ExitCode.Finding : ExitCode.Done);
            CheckBaseline.Write(target, result.Findings);
            return (int)ExitCode.Done;
        });
        return command;
    }
}
