using System.CommandLine;
using Meshlift.Adapters.Files;
using Meshlift.Adapters.Git;
using Meshlift.CommandLine.Output;
using Meshlift.CommandLine.Usage;
using Meshlift.Core.Patching;
using Meshlift.Core.Placing;
using Meshlift.Engine.Patches;
using Meshlift.Engine.Rendering;

namespace Meshlift.CommandLine.Commands;

/// <summary><c>meshlift patch save</c>.</summary>
internal static class PatchSaveCommand
{
    private const string Details = """
        Edit files in generated/, standby/, common/ or active/ of the checkout (also delete some, or add one under the name that a generated file would
        have), then save the edits. The revision is rendered again in memory, and the patch is written only when rendering with it gives exactly what was
        edited. The edited files stay as they are; the next rendering finds in them what it would write.

        Patches are applied in ordinal order of their names, so begin them with a number. Comments in generated files are not kept.

        Examples:
          meshlift patch save 20-log-level                   for every revision: istio/patches/20-log-level.patch
          meshlift patch save 20-log-level --revision-only   for the edited revision alone, into its folder
          meshlift patch save 20-log-level --overwrite       put a further edit into a patch that is there, or make it anew
          meshlift patch save 20-log-level --cluster eu      the edits in the folder of this cluster
        """;

    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "The name of the patch.", HelpName = "NAME" };
        var config = SharedOptions.Config();
        var output = SharedOptions.Output();
        var cluster = new Option<string?>("--cluster") { Description = "In which cluster's folder to look for edits. Default: all.", HelpName = "NAME" };
        var revision = new Option<string?>("--revision") { Description = "Whose edits to save, when those of several revisions were edited.", HelpName = "REVISION" };
        var revisionOnly = new Option<bool>("--revision-only") { Description = "Make a patch of the edited revision, not one for every revision." };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace a patch of this name by one that holds the edit as well." };
        var command = new DocumentedCommand("save", "Makes a patch of what was edited in generated files.", Details) { name, config, cluster, revision, revisionOnly, overwrite, output };
        name.RefuseOptions(command);
        command.SetAction(async (parse, cancel) =>
        {
            var save = new SaveRequest(PatchName.Parse(parse.GetValue(name)!), parse.GetValue(revisionOnly), parse.GetValue(revision), parse.GetValue(overwrite));
            var chosen = parse.GetValue(cluster);
            var folder = MeshFolder.Read(parse.GetValue(config)!, parse.GetValue(config)!);
            var clusters = new ClusterChoice(chosen is null ? [] : [chosen], null, All: chosen is null).In(folder.Mesh.Spec);
            var request = new RenderRequest(folder.Mesh, folder.Root, folder.BelowRepository(), null, clusters, PlacementOptions.None);
            using var tools = new RenderTools();
            using var held = RepositoryLock.Take(folder.Root, folder.GitDirectory() ?? CacheFolder.Path, TimeProvider.System);
            var saved = await new PatchSave(tools.Run, tools.Git).RunAsync(request, save, cancel);
            new PatchOutput(parse.InvocationConfiguration.Output, parse.GetValue(output)).Write(saved);
            return (int)ExitCode.Done;
        });
        return command;
    }
}
