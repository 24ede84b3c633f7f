using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Knowledge;

/// <summary>Affected releases, as the bulletins of Istio write them: <c>1.13.6</c>, <c>1.29.0 to 1.29.6</c>, <c>All releases prior to 1.19.0</c>.</summary>
/// <remarks>Anything else is not understood. Half of an understanding would call versions clean that are not.</remarks>
public sealed partial class AffectedRange
{
    private const int LongestText = 200;
    private readonly IstioVersion? _first;
    private readonly IstioVersion _last;

    private AffectedRange(IstioVersion? first, IstioVersion last) => (_first, _last) = (first, last);

    /// <summary>Parses what a bulletin says; false when it is not understood. Never throws.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out AffectedRange? range)
    {
        range = null;
        if (text is null || text.Length > LongestText || Form().Match(text) is not { Success: true } match) return false;
        if (match.Groups["below"] is { Success: true } below)
        {
            // '1.13' is written for 1.13.0 there; the pre-releases of a version are prior to it.
            var bound = below.Value.Count(character => character == '.') == 1 ? below.Value + ".0" : below.Value;
            if (IstioVersion.TryParse(bound, out var end)) range = new AffectedRange(null, end);
        }
        else if (IstioVersion.TryParse(match.Groups["first"].Value, out var first))
        {
            var last = first;
            if (match.Groups["last"] is { Success: true } named && !IstioVersion.TryParse(named.Value, out last)) return false;
            if (first <= last) range = new AffectedRange(first, last);
        }
        return range is not null;
    }

    /// <summary>True when the text means this version.</summary>
    /// <remarks>
    /// Older patches of the first version's minor count, too: ISTIO-SECURITY-2026-005 lists 1.28.8 and 1.28.9, and 1.28.7 is an older build of the same code.
    /// </remarks>
    public bool Covers(IstioVersion version) => _first is null
        ? version < _last
        : (version.Major, version.Minor).CompareTo((_first.Major, _first.Minor)) >= 0 && version <= _last;

    /// <summary>True when the text speaks of releases of this minor, affected or fixed.</summary>
    public bool Speaks(IstioVersion version) => _first is not null
        && (version.Major, version.Minor).CompareTo((_first.Major, _first.Minor)) >= 0 && (version.Major, version.Minor).CompareTo((_last.Major, _last.Minor)) <= 0;

    /// <summary>The range as a bulletin would write it.</summary>
    public override string ToString() => _first is null ? $"All releases prior to {_last}" : _first == _last ? _first.ToString() : string.Create(CultureInfo.InvariantCulture, $"{_first} to {_last}");

    [GeneratedRegex(@"^\s*(?:(?i:all\s+releases\s+prior\s+to)\s+(?<below>[0-9]+\.[0-9]+(?:\.[0-9]+)?)|(?<first>[0-9]+\.[0-9]+\.[0-9]+)(?:\s+(?i:to)\s+(?<last>[0-9]+\.[0-9]+\.[0-9]+))?)\s*$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
