using Meshlift.Core.Configuration.Binding;

namespace Meshlift.Core.Configuration;

/// <summary>Writes the JSON Schema of <c>meshlift.yaml</c> from the same declarations that read it, so that editors know every key.</summary>
/// <remarks>What the schema refuses, <see cref="MeshFile"/> refuses too; rules between several values are <see cref="MeshFile"/>'s alone.</remarks>
public static class MeshSchema
{
    /// <summary>The address that the schema goes by.</summary>
    public const string Id = "https://meshlift.dev/schemas/v1alpha1/mesh.json";

    /// <summary>The schema (JSON Schema draft 2020-12), indented, with a newline at the end. Always the same text.</summary>
    public static string Write() => FileSchema.Write(Id, $"{Mesh.Kind} of {Mesh.ApiVersion}", (Description.Mapping)Mesh.Shape.Describe());
}
