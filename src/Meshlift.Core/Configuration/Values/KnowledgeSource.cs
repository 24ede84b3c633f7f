namespace Meshlift.Core.Configuration;

/// <summary>Where knowledge about Istio's releases lies: a file of the repository, which is read as it is, or a URL, which is fetched when that is asked for.</summary>
public sealed record KnowledgeSource
{
    private KnowledgeSource(RepositoryPath? file, Uri? address) => (File, Address) = (file, address);

    /// <summary>The file of the repository; null for a URL.</summary>
    public RepositoryPath? File { get; }

    /// <summary>The URL (https, http, file); null for a file of the repository.</summary>
    public Uri? Address { get; }

    /// <summary>Parses a place.</summary>
    /// <exception cref="UserException">It is neither a URL nor a path inside the repository.</exception>
    public static KnowledgeSource Parse(string text) => text.Contains("://", StringComparison.Ordinal)
        ? new KnowledgeSource(null, WebAddress.Parse(text, "https", "http", "file"))
        : new KnowledgeSource(RepositoryPath.Parse(text), null);
}
