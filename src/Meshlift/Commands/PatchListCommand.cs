using System.CommandLine;
using Meshlift.CommandLine.Output;
using Meshlift.CommandLine.Usage;
using Meshlift.Core.Placing;
using Meshlift.Engine.Patches;
using Meshlift.Engine.Rendering;

namespace Meshlift.CommandLine.Commands;

/// <summary><c>meshlift patch list</c>.</summary>
internal static class PatchListCommand
{
    private const string Details = """
        Patches are listed in the order in which they are applied: those for every revision by name, then those of each revision by name.

        Examples:
          meshlift patch list                 all patches, with their files
          meshlift patch list --cluster eu    those for every revision, and those of revisions in eu
          meshlift patch list --output json   for programs; see schemas/patch.schema.json
        """;

    public static Command Create()
    {
        var config = SharedOptions.Config();
        var output = SharedOptions.Output();
        var cluster = new Option<string?>("--cluster") { Description = "Of the patches of single revisions, only those in this cluster. Default: all clusters.", HelpName = "NAME" };
        var command = new DocumentedCommand("list", "Lists the patches: which renderings they are for, and what they change.", Details) { config, cluster, output };
        command.SetAction(parse =>
        {
            var name = parse.GetValue(cluster);
            var call = new RenderCall(parse.GetValue(config)!, null, new ClusterChoice(name is null ? [] : [name], null, All: name is null), PlacementOptions.None, IsDryRun: true);
            new PatchOutput(parse.InvocationConfiguration.Output, parse.GetValue(output)).Write(PatchList.Find(call.Request()));
            return (int)ExitCode.Done;
        });
        return command;
    }
}
