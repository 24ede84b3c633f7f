using System.Collections.Immutable;

namespace Meshlift.Core.Checks;

/// <summary>Which findings of rules across files a document's comments silence. When these rules judge, the document is gone.</summary>
internal static class LaterSilence
{
    /// <summary>The codes that are silenced at some of the lines.</summary>
    /// <param name="lines">Where findings can be told later.</param>
    /// <param name="comments">The document's comments.</param>
    public static ImmutableArray<(string Code, int Line)> At(IEnumerable<int> lines, Suppressions comments) => comments.IsEmpty ? [] :
    [
        .. lines.Distinct().SelectMany(line => RuleCatalog.OfSeveralFiles.Select(rule => new CheckFinding(rule, "", line, 1, "", "", "", "")))
            .Where(comments.Silences).Select(finding => (finding.Rule.Code, finding.Line)),
    ];
}
