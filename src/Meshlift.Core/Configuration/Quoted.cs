using System.Text;

namespace Meshlift.Core.Configuration;

/// <summary>Shows a user's own text in a message.</summary>
internal static class Quoted
{
    private const int Longest = 80;

    /// <summary>The text in single quotes, on one line, cut where it is long.</summary>
    public static string Text(string text) => $"'{Cut(text)}'";

    /// <summary>The text on one line, cut where it is long.</summary>
    public static string Cut(string text)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.AsSpan(0, Math.Min(text.Length, Longest)).EnumerateRunes())
            shown.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        return shown.Append(text.Length > Longest ? "..." : "").ToString();
    }
}
