using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Checks;

/// <summary>What is known of a rule, or of another check that finds fault with documents.</summary>
/// <param name="Code">Stable: <c>ML4001</c>; its page is <c>docs/rules/CODE.md</c>.</param>
/// <param name="Name">Its line in the summary: <c>injection_labels</c>.</param>
/// <param name="Severity">How much its findings weigh.</param>
/// <param name="Title">What it finds, in a few words.</param>
public sealed record RuleInfo(string Code, string Name, Severity Severity, string Title);

/// <summary>What a rule says about one place.</summary>
/// <param name="Place">Where; null for the document as a whole.</param>
/// <param name="Path">The field; empty for the document as a whole.</param>
/// <param name="Message">What is wrong, without place and path.</param>
/// <param name="Remedy">What to do.</param>
/// <param name="IsUnknown">True when the rule could not be evaluated: <paramref name="Message"/> says why, and nothing has passed.</param>
public readonly record struct RuleHit(SourcePosition? Place, string Path, string Message, string Remedy, bool IsUnknown = false)
{
    /// <summary>A rule that could not be evaluated.</summary>
    public static RuleHit Unknown(string reason) => new(null, "", reason, "", IsUnknown: true);
}

/// <summary>A rule about one resource, in the light of what is known about its mesh. Pure.</summary>
public abstract class Rule
{
    /// <summary>What it is.</summary>
    public abstract RuleInfo Info { get; }

    /// <summary>True for a rule about what is applied together, which says nothing about what stands by.</summary>
    public virtual bool IsAboutTheMesh => false;

    /// <summary>What it says about a resource; nothing when it has no objection, or is not about such resources.</summary>
    public abstract IEnumerable<RuleHit> Check(Resource resource, MeshFacts mesh);
}

/// <summary>A finding of <c>meshlift check</c>.</summary>
/// <param name="Rule">Which rule.</param>
/// <param name="File">The file, as the user names it.</param>
/// <param name="Line">1-based.</param>
/// <param name="Column">1-based.</param>
/// <param name="Subject">The resource; empty for what is none.</param>
/// <param name="Path">The field; empty for the document as a whole.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Remedy">What to do.</param>
public sealed record CheckFinding(RuleInfo Rule, string File, int Line, int Column, string Subject, string Path, string Message, string Remedy);
