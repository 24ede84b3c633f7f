using System.Collections.Immutable;
using System.IO.Compression;
using Meshlift.Adapters.Files;
using Meshlift.Adapters.Manifests;
using Meshlift.Core;
using Meshlift.Core.Schemas;

namespace Meshlift.Adapters.Schemas;

/// <summary>Reads OpenAPI documents of Kubernetes: a file, every .json and .json.gz file below a folder, or one behind an http(s) address.</summary>
/// <param name="http">For addresses.</param>
public sealed class SchemaFiles(HttpClient http)
{
    internal const int Largest = 64 << 20;

    /// <summary>The types of Kubernetes in a place.</summary>
    /// <exception cref="UserException">Nothing is there, it is too large, or it is no OpenAPI document.</exception>
    public async Task<ImmutableArray<TypeSchema>> ReadAsync(string place, CancellationToken cancel)
    {
        if (place.StartsWith("http://", StringComparison.Ordinal) || place.StartsWith("https://", StringComparison.Ordinal))
        {
            if (!Uri.TryCreate(place, UriKind.Absolute, out var address)) throw new UserException(ErrorKind.Input, $"--schemas: '{ManifestDownload.Shown(place)}' is no address", "name a file, a folder, or an http(s) address");
            var fetched = await ManifestDownload.ReadAsync(http, address, Largest, cancel);
            return KubernetesSchemas.Read(Unpacked(fetched.Bytes, fetched.Name), fetched.Name);
        }
        var files = File.Exists(place) ? [place] : Directory.Exists(place) ? Below(place) : throw new UserException(ErrorKind.Input, $"--schemas: there is no {place}", "name a file or a folder of OpenAPI documents: 'kubectl get --raw /openapi/v2 > kubernetes.json'");
        if (files.Count == 0) throw new UserException(ErrorKind.Input, $"--schemas: {place} holds no .json file", "put OpenAPI documents there: 'kubectl get --raw /openapi/v2 > kubernetes.json'");
        var types = ImmutableArray.CreateBuilder<TypeSchema>();
        foreach (var file in files)
        {
            cancel.ThrowIfCancellationRequested();
            types.AddRange(KubernetesSchemas.Read(Unpacked(BoundedFile.Read(file, Largest), file), file));
        }
        return types.DrainToImmutable();
    }

    private static List<string> Below(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Where(file => file.EndsWith(".json", StringComparison.Ordinal) || file.EndsWith(".json.gz", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "list", folder);
        }
    }

    internal static ReadOnlyMemory<byte> Unpacked(ReadOnlyMemory<byte> bytes, string source)
    {
        if (!bytes.Span.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b])) return bytes;
        try
        {
            using var packed = new GZipStream(new MemoryStream(bytes.ToArray()), CompressionMode.Decompress);
            using var plain = new MemoryStream();
            var piece = new byte[1 << 16];
            for (var read = packed.Read(piece); read > 0; read = packed.Read(piece))
            {
                if (plain.Length + read > Largest) throw new UserException(ErrorKind.Input, $"{source} is larger than {Largest >> 20} MiB when it is unpacked", "check that this is the right file");
                plain.Write(piece, 0, read);
            }
            return plain.ToArray();
        }
        catch (InvalidDataException e)
        {
            throw new UserException(ErrorKind.Input, $"{source} is a damaged gzip file", "fetch it again", e);
        }
    }
}
