using System.Collections.Concurrent;
using System.IO.Compression;
using Meshlift.Core.Manifests;
using Meshlift.Core.Schemas;

namespace Meshlift.Tests.Schemas;

/// <summary>The schemas of <see cref="IstioData"/>, read once.</summary>
internal static class RealSchemas
{
    private static readonly ConcurrentDictionary<string, Lazy<TypeSchema[]>> Read = new(StringComparer.Ordinal);

    /// <summary>The types of a Kubernetes version, such as <c>1.33.0</c>.</summary>
    public static TypeSchema[] Kubernetes(string version) => Read.GetOrAdd("k" + version, _ => new Lazy<TypeSchema[]>(() =>
    {
        using var packed = new GZipStream(new MemoryStream(IstioData.Read($"k8s-schema/definitions-v{version}.json.gz")), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        packed.CopyTo(plain);
        return [.. KubernetesSchemas.Read(plain.ToArray(), $"kubernetes-{version}.json")];
    })).Value;

    /// <summary>The types of an Istio version's CRDs.</summary>
    public static TypeSchema[] Istio(string version) => Read.GetOrAdd("i" + version, _ => new Lazy<TypeSchema[]>(() =>
        [.. ManifestStream.Split(IstioData.Read($"crds/{version}.yaml"), $"crds/{version}.yaml").SelectMany(crd => CrdSchemas.Read(crd.Root, crd.Origin))])).Value;

    /// <summary>What is wrong with a resource; null when no schema is known for it.</summary>
    public static List<string>? Violations(SchemaSet schemas, Resource resource)
    {
        var apiVersion = ((Meshlift.Yaml.YamlScalar)resource.Root["apiVersion"]!).Value;
        var types = schemas.Find(resource.Identity.Group, apiVersion[(apiVersion.IndexOf('/') + 1)..], resource.Identity.Kind);
        return types.IsEmpty ? null : [.. types.SelectMany(type => SchemaValidator.Validate(type, resource.Root, schemas.Metadata).Violations).Select(violation => $"{resource.Origin} {resource.Identity} {violation.Place} {violation.Path}: {violation.Message} ({violation.Remedy})")];
    }
}
