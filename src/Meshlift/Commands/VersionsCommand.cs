using System.CommandLine;
using Meshlift.CommandLine.Output;
using Meshlift.CommandLine.Usage;
using Meshlift.Core;
using Meshlift.Core.Versions;
using Meshlift.Engine.Rendering;
using Meshlift.Engine.Versions;

namespace Meshlift.CommandLine.Commands;

/// <summary><c>meshlift versions</c>.</summary>
internal static class VersionsCommand
{
    private const string Details = """
        RANGE is a version or a range: 1.30.3, 1.30.*, ~1.29, '>=1.28 <1.31'. Without it, the range of spec.istio.versions counts.
        Shown are the versions in the range, those that stand in a cluster's folder, and the last patch of each of the newest minors.
        When nobody tells what is published, the rest is shown all the same, and the exit code is 3.

        Examples:
          meshlift versions                    what there is, what stands in Git, what is supported
          meshlift versions '>=1.29 <1.32'     what a wider range would hold
          meshlift versions --all              everything that was ever published
          meshlift versions --output json      for programs; see schemas/versions.schema.json
        """;

    public static Command Create()
    {
        var range = new Argument<string?>("range") { Description = "A version or a range.", Arity = ArgumentArity.ZeroOrOne, HelpName = "RANGE" };
        var config = SharedOptions.Config();
        var output = SharedOptions.Output();
        var all = new Option<bool>("--all") { Description = "Also show what is neither in the range nor in Git, and pre-releases." };
        var command = new DocumentedCommand("versions", "Lists the versions of Istio: published, in range, in Git; with their support and Kubernetes versions.", Details) { range, config, all, output };
        range.RefuseOptions(command);
        command.SetAction(async (parse, cancel) =>
        {
            var wanted = parse.GetValue(range) is { } text ? VersionRange.Parse(text) : null;
            var folder = MeshFolder.Read(parse.GetValue(config)!, parse.GetValue(config)!);
            using var tools = new RenderTools();
            var report = await new VersionSurvey(tools.Renderers, TimeProvider.System).RunAsync(folder, wanted, parse.GetValue(all), cancel);
            VersionsOutput.Write(parse.InvocationConfiguration.Output, parse.GetValue(output), report);
            if (report.Unlisted is not { Kind: ErrorKind.Environment } failure) return (int)ExitCode.Done;
            ErrorText.Write(parse.InvocationConfiguration.Error, failure);
            return (int)ExitCode.Environment;
        });
        return command;
    }
}
