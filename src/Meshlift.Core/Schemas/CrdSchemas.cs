using System.Collections.Immutable;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Schemas;

/// <summary>The schemas that a CustomResourceDefinition declares.</summary>
public static class CrdSchemas
{
    /// <summary>True for a CustomResourceDefinition, of any version.</summary>
    public static bool IsCrd(ResourceIdentity identity) => identity is { Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition" };

    /// <summary>One schema for each version; a version without a schema takes anything.</summary>
    /// <param name="crd">The definition, of <c>apiextensions.k8s.io/v1</c> or <c>v1beta1</c>.</param>
    /// <param name="source">Where it was read, for messages.</param>
    /// <returns>The schemas; empty for a definition without group, kind or versions, which its own schema finds fault with.</returns>
    /// <exception cref="UserException">A schema in it is none.</exception>
    public static ImmutableArray<TypeSchema> Read(YamlMapping crd, string source)
    {
        if (crd["spec"] is not YamlMapping spec || (spec["group"] as YamlScalar)?.AsString is not { } group) return [];
        if (((spec["names"] as YamlMapping)?["kind"] as YamlScalar)?.AsString is not { } kind) return [];
        var isBeta = (crd["apiVersion"] as YamlScalar)?.Value.EndsWith("/v1beta1", StringComparison.Ordinal) == true;
        // The default was true in v1beta1 and is false in v1 (CustomResourceDefinitionSpec, field preserveUnknownFields).
        var keepsUnknown = (spec["preserveUnknownFields"] as YamlScalar)?.Value is { } keeps ? keeps == "true" : isBeta;
        var shared = (spec["validation"] as YamlMapping)?["openAPIV3Schema"];
        var versions = spec["versions"] is YamlSequence many
            ? many.Items.OfType<YamlMapping>()
            : spec["version"] is YamlScalar one ? [YamlMapping.Of(("name", one.Value), ("served", true))] : [];
        var read = ImmutableArray.CreateBuilder<TypeSchema>();
        foreach (var version in versions)
        {
            if ((version["name"] as YamlScalar)?.Value is not { } name) continue;
            var schema = (version["schema"] as YamlMapping)?["openAPIV3Schema"] ?? shared;
            var reader = new SchemaReader(source, _ => null, isBuiltIn: false, keepsUnknown);
            var root = schema is null ? new SchemaNode { AllowsUnknown = true } : reader.Read(schema);
            root.IsResource = true;
            var digest = $"{keepsUnknown} {(schema is null ? "" : ContentDigest.Of(CanonicalYaml.Write(schema).Span))}";
            read.Add(new TypeSchema(group, name, kind, root, IsBuiltIn: false, (version["served"] as YamlScalar)?.Value != "false", source, digest));
        }
        return read.DrainToImmutable();
    }
}
