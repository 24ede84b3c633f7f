using System.Collections.Immutable;
using System.Text;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Patching;

/// <summary><c>${version}</c> and <c>${revision}</c> in patches: what differs from one rendering to the next in every file that Istio's charts make.</summary>
public static class PatchPlaceholders
{
    /// <summary>Stands for the version.</summary>
    public const string Version = "${version}";

    /// <summary>Stands for the revision.</summary>
    public const string Revision = "${revision}";

    /// <summary>A patch, ready to be applied to a rendering.</summary>
    public static ReadOnlyMemory<byte> Fill(ReadOnlyMemory<byte> patch, IstioVersion version, RevisionName revision)
    {
        if (patch.Span.IndexOf("${"u8) < 0) return patch;
        // Latin-1 carries every byte through unchanged.
        var text = Encoding.Latin1.GetString(patch.Span).Replace(Version, version.ToString(), StringComparison.Ordinal).Replace(Revision, revision.Value, StringComparison.Ordinal);
        return Encoding.Latin1.GetBytes(text);
    }

    /// <summary>A patch of one rendering, so that it fits those of other versions: in the names of its files and in its lines.</summary>
    /// <remarks>
    /// Only whole names count: of <c>1.30.3</c> not the one in <c>1.30.31</c>, of <c>1-30-3</c> not the one in <c>21-30-3</c>.
    /// </remarks>
    /// <param name="diff">The patch.</param>
    /// <param name="version">The version to look for; null for none.</param>
    /// <param name="revision">The revision to look for; null for none, as where every version has the same.</param>
    public static UnifiedDiff Put(UnifiedDiff diff, IstioVersion? version, RevisionName? revision)
    {
        return new UnifiedDiff(
        [
            .. diff.Files.Select(file => file with
            {
                OldPath = file.OldPath is null ? null : Put(file.OldPath),
                NewPath = file.NewPath is null ? null : Put(file.NewPath),
                Hunks = [.. file.Hunks.Select(hunk => hunk with { Lines = [.. hunk.Lines.Select(line => line with { Text = Put(line.Text) })] })],
            }),
        ]);

        string Put(string text)
        {
            if (version is not null) text = Replace(text, version.ToString(), Version, IsPartOfVersion);
            return revision is null ? text : Replace(text, revision.Value, Revision, char.IsAsciiLetterOrDigit);
        }
    }

    // "v1.30.3" and "istiod-1.30.3." are the version; "1.1.30.3" and "1.30.31" are others.
    private static bool IsPartOfVersion(char character) => char.IsAsciiDigit(character);

    private static string Replace(string text, string name, string placeholder, Func<char, bool> isPart)
    {
        var at = text.IndexOf(name, StringComparison.Ordinal);
        if (at < 0) return text;
        var replaced = new StringBuilder();
        var from = 0;
        for (; at >= 0; at = text.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            var end = at + name.Length;
            if (at < from || Touches(at - 1, -1) || Touches(end, 1)) continue;
            replaced.Append(text, from, at - from).Append(placeholder);
            from = end;
        }
        return replaced.Append(text, from, text.Length - from).ToString();

        // A dot belongs to a version when a digit stands behind it.
        bool Touches(int place, int step)
        {
            if (place >= 0 && place < text.Length && text[place] == '.' && isPart('0') && !isPart('a')) place += step;
            return place >= 0 && place < text.Length && isPart(text[place]);
        }
    }
}
