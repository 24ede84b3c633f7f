using System.Collections.Frozen;
using Meshlift.Core.Findings;

namespace Meshlift.Core.Checks;

/// <summary>Checks that programs beside Meshlift make, and whose findings stand in the same list.</summary>
public static class OutsideChecks
{
    /// <summary><c>istioctl analyze</c>.</summary>
    public static RuleInfo Analyze { get; } = new("istioctl_analyze", "istioctl_analyze", Severity.Error, "what istioctl analyze finds");

    /// <summary><c>istioctl validate</c>.</summary>
    public static RuleInfo Validate { get; } = new("istioctl_validate", "istioctl_validate", Severity.Error, "what istioctl validate refuses");

    /// <summary>The names of checks that no rule of Meshlift's own makes.</summary>
    public static IEnumerable<string> Names => [Analyze.Name, Validate.Name];

    // Istio's "Analysis Messages", held against what our rules find in the inputs of Istio's own analyzer tests where there are such.
    private static readonly FrozenDictionary<string, string[]> Answers = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["IST0106"] = ["ML1101"], // SchemaValidationError
        ["IST0107"] = ["ML3003"], // MisplacedAnnotation
        ["IST0108"] = ["ML3003"], // UnknownAnnotation
        ["IST0123"] = ["ML4001"], // NamespaceMultipleInjectionLabels
        ["IST0125"] = ["ML3003"], // InvalidAnnotation
        [Validate.Name] = ["ML1101"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>True for the form of a code of <c>istioctl analyze</c>: <c>IST0107</c>.</summary>
    public static bool IsIstioCode(string text) => text.Length == 7 && text.StartsWith("IST", StringComparison.Ordinal) && text.AsSpan(3).IndexOfAnyExceptInRange('0', '9') < 0;

    /// <summary>True when a finding of one of Meshlift's own rules says the same about a resource as a finding of another program.</summary>
    /// <param name="code">The code of the other program.</param>
    /// <param name="own">The code of Meshlift's own rule.</param>
    public static bool IsSame(string code, string own) => Answers.TryGetValue(code, out var codes) && codes.Contains(own, StringComparer.Ordinal);
}
