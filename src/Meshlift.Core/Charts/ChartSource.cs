using Meshlift.Core.Configuration;

namespace Meshlift.Core.Charts;

/// <summary>Where charts come from. The set is closed.</summary>
public abstract record ChartSource
{
    private const string ReleaseWord = "release";
    private const string OciScheme = "oci://";

    private ChartSource() { }

    /// <summary>The archive of the release itself, which Meshlift fetches and verifies; the charts stand in its <c>manifests/charts</c>.</summary>
    public sealed record Release : ChartSource
    {
        /// <inheritdoc/>
        public override string ToString() => ReleaseWord;
    }

    /// <summary>A folder: unpacked charts, archives as <c>helm package</c> writes them, or the folder of an unpacked release.</summary>
    /// <param name="Place">A path of the repository, or a <c>file:</c> URL.</param>
    public sealed record Folder(ManifestSource Place) : ChartSource
    {
        /// <inheritdoc/>
        public override string ToString() => Place.Template;
    }

    /// <summary>A chart repository: a web server with an <c>index.yaml</c>.</summary>
    /// <param name="Place">Its URL, http or https, without <c>index.yaml</c>.</param>
    public sealed record Repository(ManifestSource Place) : ChartSource
    {
        /// <inheritdoc/>
        public override string ToString() => Place.Template;
    }

    /// <summary>An OCI registry; each chart is a repository of its own below the place.</summary>
    /// <param name="Place">The registry and the path above the charts.</param>
    public sealed record Registry(OciPlace Place) : ChartSource
    {
        /// <inheritdoc/>
        public override string ToString() => Place.ToString();
    }

    /// <summary>Parses a source. A folder that is called <c>release</c> is written <c>./release</c>.</summary>
    /// <exception cref="UserException">It is none.</exception>
    public static ChartSource Parse(string text)
    {
        if (text == ReleaseWord) return new Release();
        if (text.StartsWith(OciScheme, StringComparison.Ordinal)) return new Registry(OciPlace.Parse(text));
        var place = ManifestSource.Parse(text);
        return place.IsUrl && !text.StartsWith("file:", StringComparison.Ordinal) ? new Repository(place) : new Folder(place);
    }
}
