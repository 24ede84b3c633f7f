using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Meshlift.Tests.Releases;

/// <summary>Archives made by tests.</summary>
internal static class TestArchive
{
    public const string Version = "1.30.3";

    /// <summary>The archive of istioctl alone, as Istio builds it.</summary>
    public static byte[] OfIstioctl(byte[] program) => Tar(File("istioctl", program));

    /// <summary>The archive of a whole release, as Istio builds it, in small.</summary>
    public static byte[] OfAll(byte[] program, string version = Version) => Tar(
        Folder($"istio-{version}/"), Folder($"istio-{version}/bin/"), File($"istio-{version}/bin/istioctl", program), File($"istio-{version}/README.md", "read me"u8),
        File($"istio-{version}/manifests/charts/base/Chart.yaml", "name: base\n"u8), File($"istio-{version}/manifests/charts/base/templates/crds.yaml", "{{ .Values }}\n"u8),
        File($"istio-{version}/manifests/charts/gateways/istio-ingress/Chart.yaml", "name: istio-ingress\n"u8), File($"istio-{version}/manifests/profiles/default.yaml", "spec: {}\n"u8));

    /// <summary>Bytes that do not compress, so that an archive is about as long as they are; the same for one seed.</summary>
    public static byte[] Noise(int length, int seed = 1)
    {
        var noise = new byte[length];
        new Random(seed).NextBytes(noise);
        return noise;
    }

    public static TarEntry File(string name, ReadOnlySpan<byte> content) => new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content.ToArray()) };

    public static TarEntry Folder(string name) => new PaxTarEntry(TarEntryType.Directory, name);

    public static TarEntry Link(TarEntryType type, string name, string target) => new PaxTarEntry(type, name) { LinkName = target };

    public static byte[] Tar(params IEnumerable<TarEntry> entries)
    {
        using var archive = new MemoryStream();
        using (var gzip = new GZipStream(archive, CompressionLevel.Fastest, leaveOpen: true))
        using (var writer = new TarWriter(gzip))
            foreach (var entry in entries) writer.WriteEntry(entry);
        return archive.ToArray();
    }

    /// <summary>A zip file.</summary>
    /// <param name="entries">Names, contents and Unix modes; a mode of 0 is what Windows writes.</param>
    public static byte[] Zip(params IEnumerable<(string Name, byte[] Content, int Mode)> entries)
    {
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content, mode) in entries)
            {
                var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
                entry.ExternalAttributes = mode << 16;
                using var stream = entry.Open();
                stream.Write(content);
            }
        return archive.ToArray();
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
