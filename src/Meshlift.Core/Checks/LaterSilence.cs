using System.Collections.Immutable;

namespace Meshlift.Core.Checks;

/// <summary>Which findings of rules across files a document's comments silence. When these rules judge, the document is gone.</summary>
internal static class LaterSilence
{
    /// <summary>The codes that are silenced at some of the lines.</summary>
    /// <param name="lines">Where findings can be told later.</param>
    /// <param name="document">The document's bytes.</param>
    /// <param name="firstLine">The line at which it starts in its file.</param>
    /// <param name="file">Its file.</param>
    public static ImmutableArray<(string Code, int Line)> At(IEnumerable<int> lines, ReadOnlySpan<byte> document, int firstLine, string file)
    {
        if (document.IndexOf("meshlift:ignore"u8) < 0) return [];
        var possible = lines.Distinct().SelectMany(line => RuleCatalog.OfSeveralFiles.Select(rule => new CheckFinding(rule, file, line, 1, "", "", "", ""))).ToImmutableArray();
        return [.. possible.Except(Suppressions.Apply(possible, document, firstLine, file)).Select(finding => (finding.Rule.Code, finding.Line))];
    }
}
