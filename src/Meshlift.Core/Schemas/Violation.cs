using System.Collections.Immutable;
using Meshlift.Yaml;

namespace Meshlift.Core.Schemas;

/// <summary>Something in a document that the API server would refuse, or drop without a word.</summary>
/// <param name="Place">Where; null for a value that was made, not read.</param>
/// <param name="Path">The field, such as <c>spec.ports[0].port</c>; empty for the document itself.</param>
/// <param name="Message">What is wrong, without place and path.</param>
/// <param name="Remedy">What to do.</param>
public sealed record Violation(SourcePosition? Place, string Path, string Message, string Remedy)
{
    /// <summary>The message of a field that the schema does not have; without strict validation the API server drops it.</summary>
    public const string UnknownField = "there is no such field";
}

/// <summary>A demand of a schema that was not looked at, so that nobody may take it for met.</summary>
/// <param name="Path">The field that it is about.</param>
/// <param name="Demand">The demand, such as the text of a CEL rule.</param>
/// <param name="Reason">Why it was not evaluated.</param>
public sealed record Unevaluated(string Path, string Demand, string Reason)
{
    /// <summary>The reason of a rule in the Common Expression Language.</summary>
    public const string OfCel = "only the API server evaluates CEL rules";
}

/// <summary>What a schema says about a document.</summary>
/// <param name="Violations">What is wrong, in the order of the document.</param>
/// <param name="Unevaluated">What was not looked at.</param>
public sealed record SchemaVerdict(ImmutableArray<Violation> Violations, ImmutableArray<Unevaluated> Unevaluated)
{
    /// <summary>Everything was looked at and nothing is wrong.</summary>
    public static SchemaVerdict Fine { get; } = new([], []);
}
