using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Core.Configuration;

namespace Meshlift.Core.Versions;

/// <summary>Reads the text of a <see cref="VersionRange"/> from left to right.</summary>
internal sealed class VersionRangeParser(string text)
{
    private const string Example = "write for example 1.30.3, 1.30.*, ~1.29.4 or '>=1.28 <1.31'";
    private static readonly SearchValues<char> PrereleaseCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.");
    private int _at;

    /// <summary>Parses the whole text; at least one alternative.</summary>
    /// <exception cref="UserException">See <see cref="VersionRange.Parse"/>.</exception>
    public ImmutableArray<VersionInterval> Alternatives()
    {
        var alternatives = ImmutableArray.CreateBuilder<VersionInterval>();
        do alternatives.Add(Alternative());
        while (Takes("||"));
        return _at == text.Length ? alternatives.DrainToImmutable() : throw Wrong(_at, "'|' alone means nothing", "separate alternatives by '||'");
    }

    private VersionInterval Alternative()
    {
        SkipSpaces();
        var start = _at;
        var interval = Comparator();
        while (true)
        {
            var before = _at;
            SkipSpaces();
            var comma = Takes(",");
            if (comma) SkipSpaces();
            if (!comma && (_at == text.Length || text[_at] == '|')) break;
            if (_at == before) throw Wrong(_at, $"'{text[_at]}' is not expected", Example);
            if (text[_at..].StartsWith("- ", StringComparison.Ordinal)) throw Wrong(_at, "'-' between two versions is not supported", "write '>=1.28 <=1.30'");
            interval = interval.Intersect(Comparator());
        }
        return interval.IsEmpty
            ? throw Wrong(start, "no version can be in it: the bounds exclude each other", "separate alternatives by '||'")
            : interval;
    }

    private VersionInterval Comparator()
    {
        var start = _at;
        var sign = Sign();
        SkipSpaces();
        var place = _at;
        var partial = Partial();
        if (partial is null) return sign.Length == 0 ? VersionInterval.All : throw Wrong(start, $"'{sign}' needs a version to compare with", "'*' alone is every release");
        var (from, next, isWhole) = partial.Value;
        var named = from.IsPrerelease ? ImmutableArray.Create(from) : [];
        var atLeast = new VersionBound(from, Inclusive: true);
        // '1.31.0-0' is the lowest pre-release, so that "below 1.31" leaves out 1.31's release candidates as well.
        var below = new VersionBound(isWhole ? from : First(from, place), Inclusive: false);
        var belowNext = new VersionBound(First(next, place), Inclusive: false);
        return sign switch
        {
            "" or "=" when isWhole => new VersionInterval(atLeast, atLeast, named),
            "" or "=" => new VersionInterval(atLeast, belowNext, []),
            ">=" => new VersionInterval(atLeast, null, named),
            ">" => new VersionInterval(isWhole ? atLeast with { Inclusive = false } : new VersionBound(next, Inclusive: true), null, named),
            "<" => new VersionInterval(null, below, named),
            "<=" => new VersionInterval(null, isWhole ? atLeast : belowNext, named),
            _ => new VersionInterval(atLeast, isWhole ? new VersionBound(First(Of(from.Major, from.Minor + 1, 0, place), place), Inclusive: false) : belowNext, named),
        };
    }

    private string Sign()
    {
        if (Takes("^")) throw Wrong(_at - 1, "'^' would take every later minor release", "write ~1.30 for the patches of 1.30, or '>=1.30 <1.32' for two minors");
        foreach (var sign in (ReadOnlySpan<string>)[">=", "<=", ">", "<", "=", "~"])
            if (Takes(sign))
                return sign;
        return "";
    }

    /// <summary>A version that may lack its last numbers: its first version, and the first version behind it. Null for a lone wildcard.</summary>
    private (IstioVersion From, IstioVersion Next, bool IsWhole)? Partial()
    {
        var start = _at;
        if (Number() is not { } major) return _at < text.Length && text[_at] == '.' ? throw AfterWildcard() : null;
        int? minor = null;
        int? patch = null;
        if (Takes(".") && (minor = Number()) is null)
        {
            // npm's own spelling of a whole minor is 1.x.x.
            var dot = _at;
            if (Takes(".") && Number() is not null)
            {
                _at = dot;
                throw AfterWildcard();
            }
        }
        else if (minor is not null && Takes("."))
        {
            patch = Number();
        }
        var whole = patch is not null;
        if (_at < text.Length && text[_at] is '-' or '+')
        {
            if (text[_at] == '+') throw Wrong(_at, "build metadata is not supported", "leave out what begins with '+'");
            if (!whole) throw Wrong(_at, "a pre-release needs all three numbers before it", "write for example 1.31.0-rc.0");
            var length = text.AsSpan(_at).IndexOfAnyExcept(PrereleaseCharacters);
            _at = length < 0 ? text.Length : _at + length;
            if (!IstioVersion.TryParse(text[start.._at], out var prerelease)) throw Wrong(start, $"{Quoted.Text(text[start.._at])} is not a version",
                "write for example 1.31.0-rc.0");
            return (prerelease, prerelease, true);
        }
        var from = Of(major, minor ?? 0, patch ?? 0, start);
        var next = whole ? from : minor is { } known ? Of(major, known + 1, 0, start) : Of(major + 1, 0, 0, start);
        return (from, next, whole);
    }

    /// <summary>A number, or null for a wildcard.</summary>
    private int? Number()
    {
        if (_at < text.Length && text[_at] is '*' or 'x' or 'X')
        {
            _at++;
            return null;
        }
        var start = _at;
        while (_at < text.Length && char.IsAsciiDigit(text[_at])) _at++;
        if (_at == start)
        {
            if (start < text.Length && text[start] is 'v' or 'V') throw Wrong(start, "a version has no 'v'", "Istio's versions are written without it: 1.30.3");
            throw Wrong(start, start == text.Length ? "a version is missing" : $"'{text[start]}' is no number", text.Length == 0 ? "write '*' for every release" : Example);
        }
        if (text[start] == '0' && _at - start > 1) throw Wrong(start, "a number begins with 0", "leave out the leading zeros");
        return int.TryParse(text.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < int.MaxValue
            ? number
            : throw Wrong(start, "a number is too large", Example);
    }

    private IstioVersion First(IstioVersion of, int place) => of.IsPrerelease ? of : Version(string.Create(CultureInfo.InvariantCulture, $"{of.Major}.{of.Minor}.{of.Patch}-0"), place);

    private IstioVersion Of(int major, int minor, int patch, int place) => Version(string.Create(CultureInfo.InvariantCulture, $"{major}.{minor}.{patch}"), place);

    private IstioVersion Version(string version, int place) => IstioVersion.TryParse(version, out var parsed) ? parsed : throw Wrong(place, $"'{version}' is not a version", Example);

    private void SkipSpaces()
    {
        while (_at < text.Length && text[_at] is ' ' or '\t') _at++;
    }

    private bool Takes(string word)
    {
        if (!text.AsSpan(_at).StartsWith(word, StringComparison.Ordinal)) return false;
        _at += word.Length;
        return true;
    }

    private UserException AfterWildcard() => Wrong(_at, "nothing can follow a wildcard", "write 1.* or 1.30.*");

    private UserException Wrong(int at, string what, string remedy) =>
        new(ErrorKind.Input, string.Create(CultureInfo.InvariantCulture, $"{Quoted.Text(text)} is not a version range: {what}, at character {at + 1}"), remedy);
}
