using System.CommandLine;
using Meshlift.Adapters.Git;
using Meshlift.CommandLine.Output;
using Meshlift.CommandLine.Usage;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;
using Meshlift.Engine.Patches;

namespace Meshlift.CommandLine.Commands;

/// <summary><c>meshlift patch check</c>.</summary>
internal static class PatchCheckCommand
{
    private const string Details = """
        VERSION is a version or a range, as for 'meshlift render'. Without it, the range of spec.istio.versions counts. Nothing is written.

        Each patch is one of these:
          applies                  as a whole, where it says
          applies with an offset   as a whole, at other lines; save it again when many lines came between
          partly needless          the rendering has a part of it already; the rest applies
          needless                 the rendering has all of it already; remove it once no older version needs it
          no longer applies        rendering would stop; the hunk is named, and what stands in its place

        Exit code 1 when there is one that does not simply apply.

        Examples:
          meshlift patch check 1.30.3                 try the patches on the next version
          meshlift patch check --all-clusters         on the newest in range, for every cluster
          meshlift patch check 1.30.3 --output json   for programs; see schemas/patch.schema.json
        """;

    public static Command Create()
    {
        var version = new Argument<string?>("version") { Description = "A version or a range.", Arity = ArgumentArity.ZeroOrOne, HelpName = "VERSION" };
        var config = SharedOptions.Config();
        var output = SharedOptions.Output();
        var clusters = new ClusterOptions();
        var command = new DocumentedCommand("check", "Tries the patches on a version and tells which still fit.", Details) { version, config };
        clusters.AddTo(command);
        command.Options.Add(output);
        version.RefuseOptions(command);
        command.SetAction(async (parse, cancel) =>
        {
            var call = new RenderCall(
                parse.GetValue(config)!,
                parse.GetValue(version) is { } text ? VersionRange.Parse(text) : null,
                clusters.Choice(parse),
                PlacementOptions.None,
                IsDryRun: true);
            using var tools = new RenderTools();
            var check = await new PatchCheck(tools.Run, new GitApply(tools.Git)).RunAsync(call.Request(), cancel);
            new PatchOutput(parse.InvocationConfiguration.Output, parse.GetValue(output)).Write(check);
            return (int)(check.AllApply ? ExitCode.Done : ExitCode.Finding);
        });
        return command;
    }
}
