using Meshlift.Core.Versions;

namespace Meshlift.Core.Onboarding;

/// <summary>Where an installation of Istio stands in a repository, read from the path of one of its files.</summary>
/// <param name="Own">The folder (or the one file) that holds one revision or version and nothing of another; equal to <paramref name="Install"/> when nothing in the path says so.</param>
/// <param name="Install">The folder that holds the whole installation of a cluster.</param>
/// <param name="Cluster">The folder of the cluster; <c>.</c> for the repository itself.</param>
/// <param name="Folder">Where Istio stands below it.</param>
internal sealed record InstallPlace(string Own, string Install, string Cluster, string Folder)
{
    /// <summary>Folders that sort files and say nothing of what they are for.</summary>
    private static readonly string[] Sorting = ["generated", "rendered", "manifests", "output", "templates", "resources", "base", "yaml", "system", "control-plane", "controlplane", "charts", "chart", "operator", "releases", "gateway", "gateways", "crds", "common", "active"];

    private static readonly string[] Usual = ["istio-system", "istio"];

    /// <summary>Folders of inputs, which no cluster is given.</summary>
    private static readonly string[] Inputs = ["vendor", "third_party", "third-party", "upstream"];

    /// <summary>True when the files are kept as inputs, and belong to no cluster.</summary>
    public bool IsInput => Inputs.Contains(Install.Split('/')[0], StringComparer.Ordinal);

    /// <summary>Reads a path.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">The kind of what stands in it, which may have a folder of its own; empty for none.</param>
    /// <param name="namespace">Its namespace, which may have one, too.</param>
    /// <param name="revision">The revision; null when it is not known.</param>
    /// <param name="version">The version; null when it is not known.</param>
    public static InstallPlace Of(string path, string kind, string @namespace, RevisionName? revision, IstioVersion? version)
    {
        var own = Names(RepositoryTree.NameOf(path), revision, version) ? path : null;
        var folders = RepositoryTree.FolderOf(path).Split('/', StringSplitOptions.RemoveEmptyEntries).ToList();
        var isTemplate = path.Contains("/templates/", StringComparison.Ordinal);
        var sees = kind.Length > 0;
        while (folders.Count > 0)
        {
            var last = folders[^1];
            if (Names(last, revision, version)) own = string.Join('/', folders);
            // A folder of the namespace is the installation's own, unless it sorts within a folder of a kind.
            else if (!IsKind(last, kind) && !Sorting.Contains(last, StringComparer.Ordinal) && !(sees && last == @namespace && folders.Count > 1 && IsKind(folders[^2], kind))) break;
            folders.RemoveAt(folders.Count - 1);
        }
        var install = string.Join('/', folders);
        var folder = @namespace.Length > 0 ? @namespace : Usual[0];
        if (folders.Count > 0 && !isTemplate && (folders[^1] == @namespace || Usual.Contains(folders[^1], StringComparer.Ordinal)))
        {
            folder = folders[^1];
            folders.RemoveAt(folders.Count - 1);
        }
        else if (isTemplate && folders.Count > 0 && Usual.Contains(folders[^1], StringComparer.Ordinal))
        {
            // A chart of this name; its folder is not one for files that are applied as they are.
            folders.RemoveAt(folders.Count - 1);
            while (folders.Count > 0 && Sorting.Contains(folders[^1], StringComparer.Ordinal)) folders.RemoveAt(folders.Count - 1);
            install = string.Join('/', folders);
        }
        return new InstallPlace(own ?? install, install, folders.Count == 0 ? "." : string.Join('/', folders), folder);
    }

    /// <summary>True when a name holds the revision or the version: <c>1-30-3</c>, <c>istio-1.30.3</c>, <c>all-1.30.3.yaml</c>.</summary>
    private static bool Names(string name, RevisionName? revision, IstioVersion? version) =>
        (version is not null && name.Contains(version.ToString(), StringComparison.Ordinal))
        || (revision is { IsDefault: false } && (name == revision.Value || name.EndsWith($"-{revision}", StringComparison.Ordinal)));

    private static bool IsKind(string folder, string kind) =>
        kind.Length > 0 && (folder.Equals(kind, StringComparison.OrdinalIgnoreCase) || folder.Equals(kind + "s", StringComparison.OrdinalIgnoreCase) || folder.StartsWith(kind.ToLowerInvariant() + ".", StringComparison.Ordinal));
}
