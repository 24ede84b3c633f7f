using System.Buffers;
using System.Globalization;
using Meshlift.Core.Configuration;
using Meshlift.Core.Manifests;

namespace Meshlift.Core.Patching;

/// <summary>The name of a patch. Patches are applied in ordinal order of their file names.</summary>
public sealed record PatchName
{
    /// <summary>How the file of a patch ends.</summary>
    public const string Extension = ".patch";

    private const int Longest = 100;
    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    private PatchName(string value) => Value = value;

    /// <summary>The name without <see cref="Extension"/>.</summary>
    public string Value { get; }

    /// <summary>The name of the file.</summary>
    public string FileName => Value + Extension;

    /// <summary>Parses a name, with or without <see cref="Extension"/>.</summary>
    /// <exception cref="UserException">It is no file name that every operating system allows.</exception>
    public static PatchName Parse(string text)
    {
        var name = text.EndsWith(Extension, StringComparison.Ordinal) ? text[..^Extension.Length] : text;
        return name is { Length: > 0 and <= Longest } && char.IsAsciiLetterOrDigit(name[0]) && !name.AsSpan().ContainsAnyExcept(Allowed) && name[^1] != '.' && !GeneratedPath.IsReservedOnWindows(name)
            ? new PatchName(name)
            : throw new UserException(ErrorKind.Input, $"{Quoted.Text(text)} is not a name for a patch", "use letters, digits, '-', '_' and '.', for example 20-log-level; the folder follows from --revision-only");
    }

    /// <summary>A name much like this one that comes after another patch.</summary>
    /// <param name="fileName">The file name of the other patch.</param>
    /// <returns>Null when none is allowed that does.</returns>
    public PatchName? After(string fileName)
    {
        var stem = Value.AsSpan().TrimStart("0123456789").TrimStart("-_.").ToString();
        if (stem.Length == 0) stem = "patch";
        // The next ten, as wide as the other one's number.
        var digits = fileName.TakeWhile(char.IsAsciiDigit).Count();
        var next = digits is > 0 and < 6 ? (int.Parse(fileName.AsSpan(0, digits), CultureInfo.InvariantCulture) / 10 * 10) + 10 : 0;
        string[] candidates = [next.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0') + "-" + stem, stem, "z-" + stem, "zz-" + stem];
        return candidates.Skip(digits > 0 ? 0 : 1).Where(candidate => string.CompareOrdinal(candidate + Extension, fileName) > 0).Select(candidate => new PatchName(candidate)).FirstOrDefault();
    }

    /// <summary>The name.</summary>
    public override string ToString() => Value;
}
