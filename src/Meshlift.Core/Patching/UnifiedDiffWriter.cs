using System.Globalization;
using System.Text;

namespace Meshlift.Core.Patching;

/// <summary>Writes a patch as <c>git diff</c> does, without the <c>index</c> lines, which name objects of no repository.</summary>
internal static class UnifiedDiffWriter
{
    private const string RegularFile = "100644";
    private const string Nothing = "/dev/null";

    public static ReadOnlyMemory<byte> Write(UnifiedDiff diff)
    {
        var text = new StringBuilder();
        foreach (var file in diff.Files) Write(text, file);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Write(StringBuilder text, FileDiff file)
    {
        var (from, to) = (file.OldPath ?? file.NewPath!, file.NewPath ?? file.OldPath!);
        text.Append("diff --git ").Append(PatchPath.Write("a/" + from)).Append(' ').Append(PatchPath.Write("b/" + to)).Append('\n');
        if (file.OldPath is null) text.Append("new file mode ").Append(file.NewMode ?? RegularFile).Append('\n');
        else if (file.NewPath is null) text.Append("deleted file mode ").Append(file.OldMode ?? RegularFile).Append('\n');
        else if (file.OldMode is { } old && file.NewMode is { } now && old != now) text.Append("old mode ").Append(old).Append("\nnew mode ").Append(now).Append('\n');
        if (from != to) text.Append("rename from ").Append(PatchPath.Write(from)).Append("\nrename to ").Append(PatchPath.Write(to)).Append('\n');
        if (file.Hunks.IsEmpty) return;
        text.Append("--- ").Append(file.OldPath is null ? Nothing : Side("a/" + from)).Append('\n');
        text.Append("+++ ").Append(file.NewPath is null ? Nothing : Side("b/" + to)).Append('\n');
        foreach (var hunk in file.Hunks) Write(text, hunk);
    }

    private static void Write(StringBuilder text, Hunk hunk)
    {
        var (before, after) = (hunk.Lines.Count(line => line.Kind != HunkLineKind.Added), hunk.Lines.Count(line => line.Kind != HunkLineKind.Removed));
        text.Append(CultureInfo.InvariantCulture, $"@@ -{hunk.OldStart}{Count(before)} +{hunk.NewStart}{Count(after)} @@\n");
        foreach (var line in hunk.Lines)
        {
            text.Append(line.Kind switch { HunkLineKind.Added => '+', HunkLineKind.Removed => '-', _ => ' ' }).Append(line.Text).Append('\n');
            if (line.EndsFile) text.Append("\\ No newline at end of file\n");
        }
    }

    private static string Count(int lines) => lines == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $",{lines}");

    // A tab ends a name that holds a blank, as git writes it; what stands behind it is a time to other programs.
    private static string Side(string path) => PatchPath.Write(path) is var written && written.Contains(' ', StringComparison.Ordinal) && !written.StartsWith('"') ? written + "\t" : written;
}
