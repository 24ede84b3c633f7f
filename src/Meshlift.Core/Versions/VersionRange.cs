using System.Collections.Immutable;

namespace Meshlift.Core.Versions;

/// <summary>Which Istio versions are wanted, such as <c>1.30.*</c>, <c>~1.29.4</c> or <c>&gt;=1.28 &lt;1.31</c>.</summary>
/// <remarks>
/// <para>The language is npm's: <c>=</c>, <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c>, <c>&gt;=</c>, <c>~</c>, partial versions and wildcards; comparators joined by
/// space or comma must all hold, <c>||</c> separates alternatives. A pre-release belongs to a range only when a comparator of its alternative names a
/// pre-release of the same three numbers, so it is never taken unless asked for.</para>
/// <para><c>^</c> is refused. It means "until the next major", which for Istio is every release there will be, while each minor is an upgrade of its own.</para>
/// </remarks>
public sealed class VersionRange : IEquatable<VersionRange>
{
    private readonly ImmutableArray<VersionInterval> _alternatives;

    private VersionRange(string text, ImmutableArray<VersionInterval> alternatives) => (Text, _alternatives) = (text, alternatives);

    /// <summary>The range as it was written.</summary>
    public string Text { get; }

    /// <summary>Parses a range.</summary>
    /// <exception cref="UserException">The text is not a range, or no version could ever be in it; the message says at which character (1-based).</exception>
    public static VersionRange Parse(string text) => new(text, new VersionRangeParser(text).Alternatives());

    /// <summary>True when the version is in the range.</summary>
    public bool Contains(IstioVersion version) => _alternatives.Any(interval => interval.Contains(version));

    /// <summary>The newest of the versions that are in the range; null when none is.</summary>
    public IstioVersion? Newest(IEnumerable<IstioVersion> versions) => versions.Where(Contains).Max();

    /// <summary>True when both are written alike; ranges that merely hold the same versions are not equal.</summary>
    public bool Equals(VersionRange? other) => Text == other?.Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VersionRange);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    /// <summary>The range as it was written.</summary>
    public override string ToString() => Text;
}
