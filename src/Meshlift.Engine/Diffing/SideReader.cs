using Meshlift.Adapters.Diffing;
using Meshlift.Adapters.Files;
using Meshlift.Adapters.Git;
using Meshlift.Adapters.Processes;
using Meshlift.Core;
using Meshlift.Core.Configuration;
using Meshlift.Core.Diffing;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;
using Meshlift.Engine.Rendering;

namespace Meshlift.Engine.Diffing;

/// <summary>Turns what was asked for into the resources of one side.</summary>
/// <param name="mesh">The configuration, read when a version or a revision is asked for.</param>
/// <param name="cluster">The cluster whose patches and folder count; null for the first one.</param>
/// <param name="versions">Renders versions.</param>
/// <param name="git">Reads commits.</param>
/// <param name="folder">Where relative paths start.</param>
/// <param name="input">The standard input.</param>
public sealed class SideReader(Func<MeshFolder> mesh, string? cluster, RenderedVersions versions, GitProgram git, string folder, Stream input)
{
    /// <summary>What stands for the standard input.</summary>
    public const string StandardInput = "-";

    private const string GitPrefix = "git:";

    // What YamlFiles passes over.
    private const int LargestInFolder = 16 << 20;

    /// <summary>Finds and opens a side.</summary>
    /// <param name="operand">
    /// A version (<c>1.30.3</c>), <c>git:REVISION[:PATH]</c>, <c>-</c>, a file or a folder that exists, or the name of a revision that stands in the cluster's folder.
    /// </param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">There is nothing of that name, or it cannot be read.</exception>
    public async Task<DiffSource> OpenAsync(string operand, CancellationToken cancel)
    {
        if (operand == StandardInput) return new DiffSource("standard input", [("standard input", await ReadInputAsync(cancel))]);
        if (operand.StartsWith(GitPrefix, StringComparison.Ordinal)) return await ReadCommitAsync(operand, cancel);
        if (IstioVersion.TryParse(operand, out var version))
        {
            var (found, chosen) = Chosen();
            return new DiffSource(operand, [], await versions.ReadAsync(found, chosen, version, cancel));
        }
        var path = Path.Combine(folder, operand);
        if (File.Exists(path)) return new DiffSource(operand, [(operand, BoundedFile.Read(path))]);
        if (Directory.Exists(path)) return new DiffSource(operand, [.. Below(path, operand.TrimEnd('/'), cancel)]);
        return ReadRevision(operand, cancel);
    }

    private async Task<DiffSource> ReadCommitAsync(string operand, CancellationToken cancel)
    {
        var text = operand[GitPrefix.Length..];
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var (revision, path) = colon < 0 ? (text, "") : (text[..colon], text[(colon + 1)..]);
        if (revision.Length == 0) throw new UserException(ErrorKind.Input, $"'{Redaction.WithoutControls(operand)}' names no commit", "write git:REVISION or git:REVISION:PATH, for example git:main:clusters/testing");
        var files = await GitManifests.ReadAsync(git, folder, revision, path, IsStandby, cancel);
        return new DiffSource(operand, [.. files.Select(file => (file.Name, file.Bytes))]);
    }

    /// <summary>True for what each cluster has its own of: a version, and the name of a revision.</summary>
    public static bool IsOfCluster(string operand) => IstioVersion.TryParse(operand, out _) || IsName(operand);

    private static bool IsName(string operand) =>
        operand != StandardInput && operand.Length > 0 && !operand.StartsWith(GitPrefix, StringComparison.Ordinal) && !operand.AsSpan().ContainsAny('/', '\\', '.');

    /// <summary>A revision's own files, and what it shares with the others.</summary>
    private DiffSource ReadRevision(string operand, CancellationToken cancel)
    {
        // A name, and not the way to some folder.
        if (!IsName(operand)) throw Unknown(operand);
        MeshFolder found;
        ClusterSpec chosen;
        try
        {
            (found, chosen) = Chosen();
        }
        catch (UserException e) when (cluster is null)
        {
            throw new UserException(ErrorKind.Input, $"there is no file or folder '{Redaction.WithoutControls(operand)}', and without a configuration no revision of that name", e.Remedy, e);
        }
        var below = RepositoryFolders.Join(chosen.Path.Value, found.Mesh.Spec.Layout.Folder.Value);
        var root = Path.Combine(found.Root, below);
        if (!Directory.Exists(Path.Combine(root, operand))) throw Unknown(operand);
        var common = Directory.Exists(Path.Combine(root, ClusterTree.Common)) ? Below(Path.Combine(root, ClusterTree.Common), $"{below}/{ClusterTree.Common}", cancel) : [];
        return new DiffSource(operand, [.. Below(Path.Combine(root, operand), $"{below}/{operand}", cancel), .. common]);
    }

    private (MeshFolder Folder, ClusterSpec Cluster) Chosen()
    {
        var found = mesh();
        return (found, new ClusterChoice(cluster is null ? [] : [cluster], null, All: false).In(found.Mesh.Spec)[0]);
    }

    private static IEnumerable<(string, ReadOnlyMemory<byte>)> Below(string path, string shownAs, CancellationToken cancel)
    {
        // Left out without a word, its resources would be taken for removed.
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.ReparsePoint };
        if (new DirectoryInfo(path).EnumerateFiles("*", everything).FirstOrDefault(file => file.Length > LargestInFolder && file.Extension is ".yaml" or ".yml" or ".json") is { } large)
            throw new UserException(ErrorKind.Input, $"{large.FullName} is larger than {LargestInFolder >> 20} MiB", "name the file itself, or split it");
        return YamlFiles.Below(path, IsStandby, cancel).Select(file => ($"{shownAs}/{file.Name}", (ReadOnlyMemory<byte>)file.Bytes));
    }

    /// <summary>Of a folder with several revisions, what is not applied: each would hold the same resources again.</summary>
    private static bool IsStandby(string path) => path.EndsWith("/" + ClusterTree.Standby, StringComparison.Ordinal);

    private async Task<ReadOnlyMemory<byte>> ReadInputAsync(CancellationToken cancel)
    {
        const int largest = 64 << 20;
        using var content = new MemoryStream();
        var buffer = new byte[1 << 16];
        // A terminal or a pipe hears of no interrupt, so that it is waited for from outside.
        for (int count; (count = await input.ReadAsync(buffer, cancel).AsTask().WaitAsync(cancel)) > 0;)
        {
            content.Write(buffer, 0, count);
            if (content.Length > largest) throw new UserException(ErrorKind.Input, $"standard input is larger than {largest >> 20} MiB", "write it into a folder, one file per resource");
        }
        return content.ToArray();
    }

    /// <summary>Refuses a side that is probably not what was meant.</summary>
    /// <param name="operand">The operand.</param>
    /// <param name="side">The side.</param>
    /// <exception cref="UserException">The file holds no Kubernetes object, or standard input nothing.</exception>
    public DiffSide Filled(string operand, DiffSide side)
    {
        if (!side.Resources.Resources.IsEmpty || (operand != StandardInput && !File.Exists(Path.Combine(folder, operand)))) return side;
        if (side.LeftOut > 0) throw new UserException(ErrorKind.Input, $"{side.Name} holds no Kubernetes object", "name rendered manifests; values files and IstioOperator inputs are not manifests");
        // A program that fails prints nothing, and then everything would be taken for removed.
        return operand != StandardInput ? side
            : throw new UserException(ErrorKind.Input, "standard input is empty", "see what the program before the '|' says; write an empty file to compare with nothing");
    }

    private static UserException Unknown(string operand) => new(
        ErrorKind.Input, $"'{Redaction.WithoutControls(operand)}' is no version, file, folder or revision", "write a version (1.30.3), a path, git:REVISION:PATH, '-' for standard input, or the name of a revision that was rendered");
}
