using System.Collections.Immutable;

namespace Meshlift.Core.Knowledge;

/// <summary>A place from which Istio is no longer served.</summary>
/// <param name="Place">Host and path, without a scheme.</param>
/// <param name="Since">When it goes, such as <c>December 2026</c>.</param>
/// <param name="Replacement">Where the same things are.</param>
/// <param name="Source">Where this is written.</param>
public sealed record RetiredHost(string Place, string Since, string Replacement, string Source);

/// <summary>The places that Istio leaves.</summary>
/// <param name="All">The places, in any order.</param>
public sealed record RetiredPlaces(ImmutableArray<RetiredHost> All)
{
    /// <summary>The retired place that an address lies in, the longest one; null when it lies in none.</summary>
    /// <param name="address">A URL, or an image or chart reference without a scheme.</param>
    public RetiredHost? Find(string address)
    {
        var scheme = address.IndexOf("://", StringComparison.Ordinal);
        var bare = scheme < 0 ? address : address[(scheme + 3)..];
        RetiredHost? longest = null;
        foreach (var host in All)
            if (bare.StartsWith(host.Place, StringComparison.OrdinalIgnoreCase) && IsEnd(bare, host.Place.Length) && host.Place.Length > (longest?.Place.Length ?? 0))
                longest = host;
        return longest;
    }

    /// <summary>The retired places that a text names anywhere, such as a manifest with images or a document inside one; each once.</summary>
    public ImmutableArray<RetiredHost> NamedIn(string text) => [.. All.Where(host => Names(text, host.Place))];

    private static bool Names(string text, string place)
    {
        for (var at = text.IndexOf(place, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(place, at + 1, StringComparison.OrdinalIgnoreCase))
            // Behind a name or a path, it is a part of another place: a mirror is often called after what it mirrors.
            if ((at == 0 || (!char.IsLetterOrDigit(text[at - 1]) && text[at - 1] is not ('.' or '-' or '_') && (text[at - 1] != '/' || (at > 1 && text[at - 2] == '/'))))
                && (IsEnd(text, at + place.Length) || (!char.IsLetterOrDigit(text[at + place.Length]) && text[at + place.Length] is not ('.' or '-' or '_'))))
                return true;
        return false;
    }

    private static bool IsEnd(string text, int at) => at == text.Length || text[at] is '/' or ':' or '@' or '?';
}
