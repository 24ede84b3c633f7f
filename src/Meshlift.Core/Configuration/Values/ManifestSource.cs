using Meshlift.Core.Versions;

namespace Meshlift.Core.Configuration;

/// <summary>Where manifests lie that were rendered elsewhere: a file or folder of the repository, or a URL, with <c>${version}</c> and <c>${revision}</c> in it.</summary>
public sealed record ManifestSource
{
    private ManifestSource(string template, bool isUrl) => (Template, IsUrl) = (template, isUrl);

    /// <summary>The place as it was written.</summary>
    public string Template { get; }

    /// <summary>True for a URL (http, https, file), false for a path of the repository.</summary>
    public bool IsUrl { get; }

    /// <summary>Parses a place.</summary>
    /// <exception cref="UserException">It holds an unknown placeholder, or is neither a URL nor a path inside the repository.</exception>
    public static ManifestSource Parse(string text)
    {
        for (var at = text.IndexOf("${", StringComparison.Ordinal); at >= 0; at = text.IndexOf("${", at + 2, StringComparison.Ordinal))
        {
            var end = text.IndexOf('}', at);
            var name = end < 0 ? text[(at + 2)..] : text[(at + 2)..end];
            if (end < 0 || name is not ("version" or "revision"))
                throw new UserException(ErrorKind.Input, $"{Quoted.Text(text)} holds the unknown placeholder {Quoted.Text(end < 0 ? text[at..] : text[at..(end + 1)])}",
                    "known are ${version} and ${revision}");
        }
        var isUrl = text.Contains("://", StringComparison.Ordinal);
        if (!isUrl) return new ManifestSource(RepositoryPath.Parse(text).Value, isUrl);
        _ = WebAddress.Parse(Fill(text, "1.30.3", "1-30-3"), "https", "http", "file");
        return new ManifestSource(text, isUrl);
    }

    /// <summary>The place of a version's manifests: a URL, or a path of the repository.</summary>
    public string For(IstioVersion version, RevisionName revision) => Fill(Template, version.ToString(), revision.Value);

    /// <summary>The place as it was written.</summary>
    public override string ToString() => Template;

    private static string Fill(string template, string version, string revision) =>
        template.Replace("${version}", version, StringComparison.Ordinal).Replace("${revision}", revision, StringComparison.Ordinal);
}
