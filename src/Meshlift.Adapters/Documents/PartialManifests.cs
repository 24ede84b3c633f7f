using Meshlift.Adapters.Files;
using Meshlift.Core;
using Meshlift.Core.Checks;
using Meshlift.Yaml;

namespace Meshlift.Adapters.Documents;

/// <summary>Why a file holds no whole resources.</summary>
public enum PartialKind
{
    /// <summary>It does.</summary>
    None,
    /// <summary>Only Helm can read it: it lies in the folder <c>templates</c> beside a <c>Chart.yaml</c>.</summary>
    HelmTemplate,
    /// <summary>A <c>kustomization.yaml</c> beside or above it names it as a patch.</summary>
    KustomizePatch,
}

/// <summary>Tells files that hold no whole resources.</summary>
public sealed class PartialManifests
{
    private const int LargestKustomization = 4 << 20;
    private readonly Dictionary<string, bool> _templates = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);
    private readonly HashSet<string> _patches = new(StringComparer.Ordinal);

    /// <summary>What a file is.</summary>
    /// <param name="path">Its absolute path.</param>
    public PartialKind Of(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (IsTemplates(folder)) return PartialKind.HelmTemplate;
        ReadKustomizations(folder);
        return _patches.Contains(path) ? PartialKind.KustomizePatch : PartialKind.None;
    }

    private bool IsTemplates(string folder)
    {
        if (_templates.TryGetValue(folder, out var known)) return known;
        var above = Path.GetDirectoryName(folder);
        return _templates[folder] = above is not null && ((Path.GetFileName(folder) == "templates" && File.Exists(Path.Combine(above, "Chart.yaml"))) || IsTemplates(above));
    }

    /// <summary>Reads those of a folder and of the folders above it, up to the root of the repository.</summary>
    private void ReadKustomizations(string? folder)
    {
        for (; folder is not null && _read.Add(folder); folder = Path.Exists(Path.Combine(folder, ".git")) ? null : Path.GetDirectoryName(folder))
        {
            foreach (var name in KustomizePatches.FileNames)
            {
                var file = Path.Combine(folder, name);
                if (File.Exists(file) && Read(file) is { } kustomization)
                    foreach (var patch in KustomizePatches.Of(kustomization))
                        _patches.Add(Path.GetFullPath(Path.Combine(folder, patch)));
            }
        }
    }

    private static YamlMapping? Read(string file)
    {
        try
        {
            return YamlReader.Read(BoundedFile.Read(file, LargestKustomization)) as YamlMapping;
        }
        catch (Exception e) when (e is UserException or YamlSyntaxException or ArgumentException)
        {
            return null; // who checks it says so
        }
    }
}
