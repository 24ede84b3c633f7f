using System.CommandLine;
using Meshlift.CommandLine.Usage;

namespace Meshlift.CommandLine.Commands;

/// <summary><c>meshlift patch</c>.</summary>
internal static class PatchCommand
{
    private const string Details = """
        A patch holds what a platform changes in the official rendering and no setting can: it is what 'git diff' writes, against generated/, standby/
        and common/. Patches for every revision stand in istio/patches, those of one revision in its folder. docs/patches.md tells more.

        Examples:
          meshlift patch save 20-log-level   keep what was edited in a generated file
          meshlift patch list                say what patches there are
          meshlift patch check 1.30.3        say which of them fit the next version
        """;

    public static Command Create() => new DocumentedCommand("patch", "Keeps own changes of generated files as patches, and tells which of them fit a version.", Details)
    {
        PatchSaveCommand.Create(), PatchListCommand.Create(), PatchCheckCommand.Create(),
    };
}
