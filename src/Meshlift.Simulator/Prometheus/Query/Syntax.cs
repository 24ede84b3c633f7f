using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Meshlift.Simulator.Prometheus.Query;

/// <summary>How a label is asked for.</summary>
internal sealed class Matcher
{
    // Prometheus' expressions are RE2 and match whole values. What a query may say is bounded in time.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);
    private readonly string _value;
    private readonly Regex? _pattern;
    private readonly bool _isNegative;

    /// <exception cref="QueryException">The pattern is none.</exception>
    public Matcher(string name, string @operator, string value)
    {
        (Name, _value, _isNegative) = (name, value, @operator[0] == '!');
        if (!@operator.Contains('~', StringComparison.Ordinal)) return;
        try
        {
            _pattern = new Regex($"^(?:{value})\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Longest);
        }
        catch (ArgumentException e)
        {
            throw new QueryException($"error parsing regexp: {e.Message}");
        }
    }

    public string Name { get; }

    /// <summary>The value that must be there; null when more than one may.</summary>
    public string? Exactly => _pattern is null && !_isNegative ? _value : null;

    /// <param name="value">The value; empty for a label that is not there.</param>
    public bool Matches(string value) => (_pattern?.IsMatch(value) ?? value == _value) != _isNegative;
}

/// <summary>A query, taken apart.</summary>
internal abstract record Expression
{
    public sealed record Number(double Value) : Expression;

    /// <param name="Metric">Its name; empty when only labels are asked for.</param>
    /// <param name="Labels">What its labels must be.</param>
    /// <param name="Range">How far back; null for one moment.</param>
    /// <param name="Offset">How much earlier.</param>
    public sealed record Selector(string Metric, ImmutableArray<Matcher> Labels, TimeSpan? Range, TimeSpan Offset) : Expression;

    public sealed record Call(string Function, ImmutableArray<Expression> Arguments) : Expression;

    /// <param name="Operator">Such as <c>sum</c>.</param>
    /// <param name="Parameter">The number of <c>topk</c>; null otherwise.</param>
    /// <param name="Of">What is aggregated.</param>
    /// <param name="Labels">The labels of the groups, or those that do not count.</param>
    /// <param name="IsWithout">True for <c>without</c>.</param>
    public sealed record Aggregation(string Operator, Expression? Parameter, Expression Of, ImmutableArray<string> Labels, bool IsWithout) : Expression;

    /// <param name="Operator">Such as <c>+</c> or <c>and</c>.</param>
    /// <param name="Left">The left side.</param>
    /// <param name="Right">The right side.</param>
    /// <param name="IsBool">Comparisons give 0 or 1 instead of leaving out.</param>
    /// <param name="On">The labels that must agree; null for all but <paramref name="Ignoring"/>.</param>
    /// <param name="Ignoring">The labels that need not agree.</param>
    public sealed record Binary(string Operator, Expression Left, Expression Right, bool IsBool, ImmutableArray<string>? On, ImmutableArray<string> Ignoring) : Expression;

    public sealed record Negation(Expression Of) : Expression;
}
