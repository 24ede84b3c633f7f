using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Meshlift.Yaml;

namespace Meshlift.Core.Checks;

/// <summary>Comments of the form <c># meshlift:ignore CODE reason</c> in a document; instead of the code, the name of the check will do.</summary>
/// <remarks>
/// A comment behind a value is about its own line, one on a line of its own about the next line that is none, and one above all content about the whole
/// document. Without a reason it silences nothing. A text that only looks like such a comment, within a value, is none.
/// </remarks>
public sealed partial class Suppressions
{
    private static readonly Suppressions Nothing = new();
    private readonly HashSet<(string Code, int Line)> _silenced = [];
    private readonly HashSet<string> _everywhere = new(StringComparer.Ordinal);
    private readonly List<(string Code, int Line, int Column)> _withoutReason = [];

    private Suppressions()
    {
    }

    /// <summary>Reads the comments of a document.</summary>
    /// <param name="document">Its bytes.</param>
    /// <param name="firstLine">The line at which it starts in its file.</param>
    /// <param name="root">What was read from it; null when that is not known, and then every text that looks like a comment is one.</param>
    public static Suppressions Of(ReadOnlySpan<byte> document, int firstLine, YamlNode? root)
    {
        if (document.IndexOf("meshlift:ignore"u8) < 0) return Nothing;
        var found = new Suppressions();
        var texts = new List<(int Start, int End)>();
        if (root is not null) Collect(root, texts);
        texts.Sort();
        found.Read(Encoding.UTF8.GetString(document), firstLine, texts);
        return found;
    }

    /// <summary>True when there is no such comment.</summary>
    public bool IsEmpty => ReferenceEquals(this, Nothing);

    /// <summary>Whether a comment silences a finding.</summary>
    public bool Silences(CheckFinding finding) =>
        _everywhere.Contains(finding.Rule.Code) || _everywhere.Contains(finding.Rule.Name) || _silenced.Contains((finding.Rule.Code, finding.Line)) || _silenced.Contains((finding.Rule.Name, finding.Line));

    /// <summary>Takes away the findings that the comments silence.</summary>
    /// <param name="findings">What was found in the document.</param>
    /// <param name="file">Its file.</param>
    /// <returns>The findings that stay, and those about comments without a reason.</returns>
    public ImmutableArray<CheckFinding> Apply(ImmutableArray<CheckFinding> findings, string file) => IsEmpty ? findings :
    [
        .. findings.Where(finding => !Silences(finding)),
        .. _withoutReason.Select(bare => new CheckFinding(RuleCatalog.Suppressions, file, bare.Line, bare.Column, "", "", $"the comment silences {bare.Code} without a reason, so it silences nothing", $"write why: # meshlift:ignore {bare.Code} REASON")),
    ];

    private void Read(string text, int firstLine, List<(int Start, int End)> texts)
    {
        var waiting = new List<string>();
        var hasContent = false;
        for (var (start, number) = (0, firstLine); start < text.Length; number++)
        {
            var end = text.IndexOf('\n', start) is var at and >= 0 ? at : text.Length;
            var line = text.AsSpan(start, end - start).Trim();
            var isContent = !line.IsEmpty && line is not "---" && (line[0] != '#' || IsWithin(texts, start + text.AsSpan(start, end - start).IndexOf('#')));
            hasContent |= isContent;
            if (isContent)
            {
                foreach (var code in waiting) _silenced.Add((code, number));
                waiting.Clear();
            }
            foreach (Match comment in Comment().Matches(text[start..end]))
            {
                if (IsWithin(texts, start + comment.Groups["mark"].Index)) continue;
                var about = comment.Groups["code"].Value;
                if (comment.Groups["reason"].Value.Trim().Length == 0) _withoutReason.Add((about, number, comment.Groups["mark"].Index + 1));
                else if (isContent) _silenced.Add((about, number));
                else if (hasContent) waiting.Add(about);
                else _everywhere.Add(about);
                break;
            }
            start = end + 1;
        }
    }

    private static bool IsWithin(List<(int Start, int End)> texts, int offset)
    {
        var index = texts.BinarySearch((offset, int.MaxValue));
        index = index < 0 ? ~index - 1 : index;
        return index >= 0 && offset < texts[index].End;
    }

    private static void Collect(YamlNode node, List<(int Start, int End)> texts)
    {
        if (node.IsAlias) return;
        switch (node)
        {
            case YamlScalar { Span: { } span }:
                texts.Add((span.Start.Offset, span.End.Offset));
                break;
            case YamlMapping mapping:
                foreach (var entry in mapping.Entries)
                {
                    // What came through a merge key stands elsewhere.
                    if (entry.KeySpan is not { } key) continue;
                    texts.Add((key.Start.Offset, key.End.Offset));
                    Collect(entry.Value, texts);
                }
                break;
            case YamlSequence sequence:
                foreach (var item in sequence.Items) Collect(item, texts);
                break;
        }
    }

    [GeneratedRegex("(?<=^|\\s)(?<mark>#)\\s*meshlift:ignore\\s+(?<code>[A-Za-z][-A-Za-z0-9_]*)(?<reason>((?!\\s#\\s*meshlift:ignore).)*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment();
}
