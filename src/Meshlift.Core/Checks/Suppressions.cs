using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace Meshlift.Core.Checks;

/// <summary>Comments of the form <c># meshlift:ignore CODE reason</c> in a document.</summary>
/// <remarks>
/// A comment behind a value is about its own line, one on a line of its own about the next line that is none, and one above all content about the whole
/// document. Without a reason it silences nothing.
/// </remarks>
public static partial class Suppressions
{
    /// <summary>Takes away the findings that the document itself silences.</summary>
    /// <param name="findings">What was found in the document.</param>
    /// <param name="document">Its bytes.</param>
    /// <param name="firstLine">The line at which it starts in its file.</param>
    /// <param name="file">Its file.</param>
    /// <returns>The findings that stay, and those about comments without a reason.</returns>
    public static ImmutableArray<CheckFinding> Apply(ImmutableArray<CheckFinding> findings, ReadOnlySpan<byte> document, int firstLine, string file)
    {
        if (document.IndexOf("meshlift:ignore"u8) < 0) return findings;
        var silenced = new HashSet<(string Code, int Line)>();
        var everywhere = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new List<string>();
        var kept = ImmutableArray.CreateBuilder<CheckFinding>();
        var hasContent = false;
        var lines = Encoding.UTF8.GetString(document).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].AsSpan().Trim();
            var isContent = !line.IsEmpty && line[0] != '#' && line is not "---";
            hasContent |= isContent;
            if (isContent)
            {
                foreach (var code in waiting) silenced.Add((code, firstLine + i));
                waiting.Clear();
            }
            if (Comment().Match(lines[i]) is not { Success: true } comment) continue;
            var about = comment.Groups["code"].Value;
            if (comment.Groups["reason"].Value.Trim().Length == 0)
                kept.Add(new CheckFinding(RuleCatalog.Suppressions, file, firstLine + i, comment.Index + 1, "", "", $"the comment silences {about} without a reason, so it silences nothing", $"write why: # meshlift:ignore {about} REASON"));
            else if (isContent) silenced.Add((about, firstLine + i));
            else if (hasContent) waiting.Add(about);
            else everywhere.Add(about);
        }
        return [.. findings.Where(finding => !everywhere.Contains(finding.Rule.Code) && !silenced.Contains((finding.Rule.Code, finding.Line))), .. kept];
    }

    [GeneratedRegex("(^|\\s)#\\s*meshlift:ignore\\s+(?<code>ML[0-9]{4})(?<reason>.*)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment();
}
