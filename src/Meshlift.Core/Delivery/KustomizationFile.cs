using Meshlift.Yaml;

namespace Meshlift.Core.Delivery;

/// <summary>A <c>kustomization.yaml</c>: names one by one what a folder delivers, so that nothing else in it does.</summary>
internal static class KustomizationFile
{
    private const string Name = "kustomization.yaml";

    /// <param name="folder">The folder, below that of the cluster; empty for that one itself.</param>
    /// <param name="resources">Files, or folders with a kustomization of their own; from the folder.</param>
    /// <param name="annotations">What kustomize adds to each resource on the way; the files stay as they are.</param>
    public static DeliveryFile Of(string folder, IEnumerable<string> resources, params ReadOnlySpan<(string Key, YamlNode Value)> annotations)
    {
        var root = YamlMapping.Of(
            ("apiVersion", "kustomize.config.k8s.io/v1beta1"),
            ("kind", "Kustomization"),
            ("resources", YamlSequence.Of(resources.Order(StringComparer.Ordinal).Select(path => (YamlNode)path))));
        if (!annotations.IsEmpty) root = root.With("commonAnnotations", YamlMapping.Of(annotations));
        return new DeliveryFile(folder.Length == 0 ? Name : $"{folder}/{Name}", CanonicalYaml.Write(root, "apiVersion", "kind", "metadata"));
    }
}
