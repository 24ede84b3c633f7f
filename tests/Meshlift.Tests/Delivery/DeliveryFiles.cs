using Meshlift.Tests.Rendering;
using Meshlift.Yaml;

namespace Meshlift.Tests.Delivery;

/// <summary>Reads an engine's files.</summary>
internal static class DeliveryFiles
{
    /// <summary>A file below the mesh's folder.</summary>
    public static YamlMapping Read(MeshCheckout checkout, string file) => (YamlMapping)YamlReader.Read(File.ReadAllBytes(Path.Combine(checkout.Mesh, file)))!;

    /// <summary>The scalar at a path of keys and indices; fails where there is none.</summary>
    public static string At(YamlNode node, string path)
    {
        foreach (var step in YamlPath.Parse(path).Steps)
            node = step switch
            {
                YamlPathStep.Key key => ((YamlMapping)node)[key.Name] ?? throw new KeyNotFoundException($"{path}: there is no {key.Name}"),
                YamlPathStep.Index index => ((YamlSequence)node).Items[index.Position],
                _ => throw new NotSupportedException(path),
            };
        return ((YamlScalar)node).Value;
    }

    /// <summary>The texts of a list; none when there is no list.</summary>
    public static IEnumerable<string> List(YamlMapping mapping, string key) => (mapping[key] as YamlSequence)?.Items.Select(item => ((YamlScalar)item).Value) ?? [];
}
