using System.Collections.Immutable;
using Meshlift.Adapters.Processes;
using Meshlift.CommandLine.Commands;
using Meshlift.Core.Findings;
using Meshlift.Core.Patching;
using Meshlift.Core.Placing;
using Meshlift.Engine.Patches;

namespace Meshlift.CommandLine.Output;

/// <summary>Prints what <c>patch save</c>, <c>patch list</c> and <c>patch check</c> found.</summary>
/// <param name="output">Where to.</param>
/// <param name="format">For whom.</param>
internal sealed class PatchOutput(TextWriter output, OutputFormat format)
{
    private const int MostPlaces = 12;
    private static readonly int Widest = Enum.GetValues<PatchFit>().Max(fit => PatchText.Of(fit).Length);

    /// <summary>The name of a change.</summary>
    public static string NameOf(FileChangeKind change) => change.ToString().ToLowerInvariant();

    /// <summary>The name of what a patch does to a file.</summary>
    public static string ChangeOf(FileDiff file) => NameOf(file.OldPath is null ? FileChangeKind.Added : file.NewPath is null ? FileChangeKind.Removed : FileChangeKind.Changed);

    /// <summary>Prints what became of patches in a version.</summary>
    public void Write(CheckedPatches check)
    {
        if (format == OutputFormat.Json)
        {
            output.WriteLine(JsonText.OfObject(json =>
            {
                json.WriteString("version", check.Version.ToString());
                json.WriteString("revision", check.Revision.Value);
                json.WriteString("source", check.Source);
                json.WriteStartArray("patches");
                foreach (var cluster in check.Clusters)
                    foreach (var patch in cluster.Patches)
                        PatchJson.Write(json, cluster.Cluster, patch);
                json.WriteEndArray();
                PatchJson.Write(json, [.. check.Clusters.SelectMany(cluster => cluster.Patches).SelectMany(patch => patch.Findings)]);
            }));
            return;
        }
        WriteLine($"Istio {check.Version} as revision {check.Revision}, from {check.Source}");
        foreach (var cluster in check.Clusters)
        {
            WriteLine($"{cluster.Cluster}: {cluster.Folder}");
            foreach (var patch in cluster.Patches)
            {
                WriteLine($"  {PatchText.Of(patch.Outcome.Fit).PadRight(Widest)}  {patch.Name}");
                foreach (var line in PatchText.Details(patch)) WriteLine($"    {line}");
            }
            WriteFindings([.. cluster.Patches.SelectMany(patch => patch.Findings)]);
            WriteLine($"  {PatchText.Count(cluster.Patches)}");
        }
    }

    /// <summary>Prints the patches that there are.</summary>
    public void Write(ImmutableArray<ListedPatch> patches)
    {
        if (format == OutputFormat.Json)
        {
            output.WriteLine(JsonText.OfObject(json =>
            {
                json.WriteStartArray("patches");
                foreach (var patch in patches) PatchJson.Write(json, patch);
                json.WriteEndArray();
            }));
            return;
        }
        foreach (var patch in patches)
        {
            WriteLine($"{patch.Name}: {(patch.Revision is null ? "every revision" : $"revision {patch.Revision} of {patch.Cluster}")}");
            foreach (var file in patch.Files) WriteLine($"  {File(ChangeOf(file), file.Path, file.Hunks.Length)}");
        }
        WriteLine(patches.IsEmpty ? "no patches" : Counted.Of(patches.Length, "patch", "patches"));
    }

    /// <summary>Prints a patch that was saved.</summary>
    public void Write(SavedPatch patch)
    {
        if (format == OutputFormat.Json)
        {
            output.WriteLine(JsonText.OfObject(json => PatchJson.WriteMembers(json, patch)));
            return;
        }
        WriteLine($"{patch.Name}, {(patch.Replaced ? "written anew" : "new")}, {(patch.RevisionOnly ? $"for revision {patch.Revision} of {patch.Cluster}" : "for every revision")}");
        foreach (var file in patch.Files)
        {
            WriteLine($"  {File(NameOf(file.Change), file.Path, file.Hunks)}");
            foreach (var place in file.Places.Take(MostPlaces)) WriteLine($"    {place}");
            if (file.Places.Length > MostPlaces) WriteLine($"    and {Counted.Of(file.Places.Length - MostPlaces, "more place", "more places")}");
        }
        WriteFindings(patch.Findings);
        WriteLine($"rendering {patch.Version} with it gives what was edited");
        foreach (var path in patch.InTheWay) WriteLine($"remove {path} before the next rendering, which does not replace what it did not write");
        WriteLine($"next: meshlift render {patch.Version} --cluster {patch.Cluster}{(patch.NeedsOverwrite ? " --overwrite" : "")}");
    }

    private static string File(string change, string path, int hunks) => change == NameOf(FileChangeKind.Changed) ? $"{change} {path}, {Counted.Of(hunks, "hunk")}" : $"{change} {path}";

    private void WriteFindings(ImmutableArray<Finding> findings)
    {
        foreach (var finding in findings)
            WriteLine($"  {finding.Severity.ToString().ToLowerInvariant()} {finding.Code}  {finding.Subject}: {finding.Message}");
    }

    /// <summary>Names and lines come from manifests, which must not steer the terminal.</summary>
    private void WriteLine(string line) => output.WriteLine(Redaction.WithoutControls(line));
}
