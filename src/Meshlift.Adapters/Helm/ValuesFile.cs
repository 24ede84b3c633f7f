using System.Text;
using Meshlift.Adapters.Files;
using Meshlift.Core;
using Meshlift.Core.Configuration;
using Meshlift.Core.Versions;
using Meshlift.Yaml;

namespace Meshlift.Adapters.Helm;

/// <summary>A file of Helm's values, ready for one version: <c>${version}</c> and <c>${revision}</c> are filled in.</summary>
/// <param name="Name">The file as the user wrote it, for messages.</param>
/// <param name="Content">Its content, UTF-8.</param>
/// <param name="Values">The same, read; null when the file is empty.</param>
internal sealed record ValuesFile(string Name, ReadOnlyMemory<byte> Content, YamlMapping? Values)
{
    private const int Largest = 16 << 20;

    /// <summary>Reads a file.</summary>
    /// <param name="root">The folder that the path starts from.</param>
    /// <param name="path">The file.</param>
    /// <param name="version">What <c>${version}</c> stands for.</param>
    /// <param name="revision">What <c>${revision}</c> stands for; of a control plane without a revision, for nothing.</param>
    /// <exception cref="UserException">It is missing, no YAML, no mapping, or more than one document, of which Helm would take the first and ignore the others.</exception>
    public static ValuesFile Read(string root, RepositoryPath path, IstioVersion version, RevisionName revision)
    {
        var name = path.Value;
        var full = Path.Combine(root, name);
        if (!File.Exists(full)) throw new UserException(ErrorKind.Input, $"there is no file of values {name}", "write it, or correct spec.istio.charts in meshlift.yaml");
        var content = Fill(BoundedFile.Read(full, Largest), version, revision);
        try
        {
            return YamlReader.Read(content) switch
            {
                null => new ValuesFile(name, content, null),
                YamlMapping values => new ValuesFile(name, content, values),
                var other => throw new UserException(ErrorKind.Input, $"{name}:{other.Span!.Value.Start}: values are a mapping, and this is none", "write 'key: value' lines"),
            };
        }
        catch (YamlSyntaxException e)
        {
            throw new UserException(ErrorKind.Input, $"{name}:{e.Position}: {e.Message}", e.Remedy, e);
        }
    }

    /// <summary>Refuses a value that Meshlift itself gives, and that would be silently overruled.</summary>
    /// <param name="key">The key, at the top.</param>
    /// <param name="given">What Meshlift gives.</param>
    /// <param name="remedy">What to do.</param>
    /// <exception cref="UserException">The file says something else.</exception>
    public void Refuse(string key, string given, string remedy)
    {
        if (Values?[key] is not { } node || node is YamlScalar { Kind: ScalarKind.Null } || (node is YamlScalar scalar && scalar.Value == given)) return;
        var written = node is YamlScalar { Value: var value } ? $"'{value}'" : "something else";
        throw new UserException(ErrorKind.Input, $"{Name}:{node.Span!.Value.Start}: this sets {key} to {written}, but {(given.Length == 0 ? "it must be empty" : $"it must be '{given}'")}", remedy);
    }

    private static byte[] Fill(byte[] content, IstioVersion version, RevisionName revision)
    {
        if (content.AsSpan().IndexOf("${"u8) < 0) return content;
        // Byte for byte, so that text that is not UTF-8 is still found in its own place.
        var filled = Encoding.Latin1.GetString(content)
            .Replace("${version}", version.ToString(), StringComparison.Ordinal)
            .Replace("${revision}", revision.IsDefault ? "" : revision.Value, StringComparison.Ordinal);
        return Encoding.Latin1.GetBytes(filled);
    }
}
