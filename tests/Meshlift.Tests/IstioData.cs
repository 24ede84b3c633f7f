using Meshlift.Yaml;

namespace Meshlift.Tests;

/// <summary>The real files that stand beside the repository, in <c>../shared/istio-data</c>. Tests read them; none is copied into the product.</summary>
public static class IstioData
{
    /// <summary>The folder; null where it is absent.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>All YAML, as relative paths with forward slashes, in ordinal order; empty where the folder is absent.</summary>
    public static IReadOnlyList<string> YamlFiles { get; } = Folder is null
        ? []
        : [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".yaml" or ".injected")
            .Select(file => Path.GetRelativePath(Folder, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)];

    /// <summary>The bytes of a file, such as <c>manifests/1.30.3/full.yaml</c>.</summary>
    public static byte[] Read(string file) => File.ReadAllBytes(Path.Combine(Folder ?? throw new DirectoryNotFoundException("istio-data is absent"), file));

    /// <summary>The documents of a stream, with the lines at which they start.</summary>
    public static IEnumerable<(byte[] Utf8, int Line)> Documents(byte[] stream)
    {
        var documents = new List<(byte[], int)>();
        for (var reader = new YamlDocumentReader(stream); reader.Read();) documents.Add((reader.Current.ToArray(), reader.Line));
        return documents;
    }

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Meshlift.slnx"))) continue;
            var data = Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "istio-data"));
            return Directory.Exists(data) ? data : null;
        }
        return null;
    }
}

/// <summary>A test over the files of <see cref="IstioData"/>; reported as skipped where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IstioDataFactAttribute : FactAttribute
{
    /// <summary>Skips the test where there is nothing to test.</summary>
    public IstioDataFactAttribute()
    {
        if (IstioData.Folder is null) Skip = "SKIPPED: ../shared/istio-data is absent, so this was not tested on real files";
    }
}

/// <summary>A test for each of many files of <see cref="IstioData"/>; reported as skipped, once, where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IstioDataTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips the test where there is nothing to test.</summary>
    public IstioDataTheoryAttribute()
    {
        if (IstioData.Folder is null) Skip = "SKIPPED: ../shared/istio-data is absent, so this was not tested on real files";
    }
}
