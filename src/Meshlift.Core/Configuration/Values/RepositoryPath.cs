namespace Meshlift.Core.Configuration;

/// <summary>A file or folder of the repository, relative to its root, in Git's own form: <c>clusters/testing</c>.</summary>
/// <remarks>Never leaves the repository: not absolute, no <c>..</c>, nothing of <c>.git</c>. The root itself is <c>.</c>.</remarks>
public sealed record RepositoryPath
{
    /// <summary>A regular expression for the written form.</summary>
    internal const string Pattern = @"^(?![/~])(?!.*(^|/)\.\.(/|$))[^\\:*?""<>|]+$";

    private const string Remedy = "write a path inside the repository, relative to its root, for example clusters/testing";

    private RepositoryPath(string value) => Value = value;

    /// <summary>The path without <c>./</c> before and <c>/</c> behind it.</summary>
    public string Value { get; }

    /// <summary>Parses a path.</summary>
    /// <exception cref="UserException">The path is not inside the repository, or not legal on every operating system.</exception>
    public static RepositoryPath Parse(string text)
    {
        if (text.Length == 0 || text.AsSpan().Trim().IsEmpty) throw Wrong(text, "it is empty; the root is written '.'");
        if (text[0] is '/' or '~' || text is [_, ':', ..]) throw Wrong(text, "it is absolute");
        if (text.Contains('\\', StringComparison.Ordinal)) throw Wrong(text, "'\\' separates no folders here; use '/'");
        var parts = new List<string>();
        foreach (var part in text.Split('/'))
        {
            // "./a", "a/" and "a//b" are what shells complete to.
            if (part is "" or ".") continue;
            if (part == "..") throw Wrong(text, "'..' could leave the repository");
            if (part.Equals(".git", StringComparison.OrdinalIgnoreCase)) throw Wrong(text, "'.git' is Git's own");
            if (part.Any(c => char.IsControl(c) || c is ':' or '*' or '?' or '"' or '<' or '>' or '|') || part[^1] is ' ' or '.')
                throw Wrong(text, $"{Quoted.Text(part)} is not a name that every operating system allows");
            parts.Add(part);
        }
        return new RepositoryPath(parts.Count == 0 ? "." : string.Join('/', parts));
    }

    /// <summary>The path.</summary>
    public override string ToString() => Value;

    private static UserException Wrong(string text, string what) => new(ErrorKind.Input, $"{Quoted.Text(text)} is not a path of the repository: {what}", Remedy);
}
