using Meshlift.Core.Configuration.Binding;

namespace Meshlift.Core.Configuration;

/// <summary>Reads <c>meshlift.yaml</c>.</summary>
public static class MeshFile
{
    private static readonly KindFile Form = new(Mesh.ApiVersion, Mesh.Kind, "docs/configuration.md", "name the mesh's own file with --config, or correct apiVersion and kind");

    /// <summary>Reads the file. Strict: what is not known is an error, never ignored.</summary>
    /// <param name="utf8">The bytes of the file.</param>
    /// <param name="fileName">What the user calls it, for messages.</param>
    /// <exception cref="UserException">
    /// Something is wrong; of kind <see cref="ErrorKind.Input"/>. The message holds everything that is wrong, a line for each, in the order of the file, as
    /// <c>file:line:column: what; what to do</c>.
    /// </exception>
    public static Mesh Read(ReadOnlySpan<byte> utf8, string fileName)
    {
        var ((name, spec), root) = Form.Read(utf8, fileName, Mesh.Shape);
        return new Mesh(name, spec, new MeshSource(fileName, root));
    }
}
