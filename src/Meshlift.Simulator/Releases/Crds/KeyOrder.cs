namespace Meshlift.Simulator.Releases.Crds;

/// <summary>The order of keys in the renderer's output: by character, with everything that is not a letter before the letters.</summary>
internal sealed class KeyOrder : IComparer<string>
{
    public static KeyOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var a = x.AsSpan();
        var b = y.AsSpan();
        var same = a.CommonPrefixLength(b);
        if (same == a.Length || same == b.Length) return a.Length.CompareTo(b.Length);
        var letters = char.IsAsciiLetter(a[same]).CompareTo(char.IsAsciiLetter(b[same]));
        return letters != 0 ? letters : a[same].CompareTo(b[same]);
    }
}
