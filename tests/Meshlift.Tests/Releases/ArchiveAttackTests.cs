using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using FsCheck.Fluent;
using Meshlift.Core;
using Meshlift.Core.Releases;
using static Meshlift.Tests.Releases.FetcherFixture;
using static Meshlift.Tests.Releases.TestArchive;

namespace Meshlift.Tests.Releases;

/// <summary>Archives with the right digest that mean harm, or are damaged, brought in the way that every archive comes.</summary>
public sealed class ArchiveAttackTests : IDisposable
{
    private const int Link = 0xA1FF;
    private static readonly byte[] TheProgram = "#!/bin/sh\n"u8.ToArray();
    private readonly FetcherFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    public static TheoryData<string> TarAttacks => [.. TarEntries.Keys];

    private static Dictionary<string, Func<TarEntry[]>> TarEntries { get; } = new(StringComparer.Ordinal)
    {
        ["a path above"] = () => [File("istioctl", TheProgram), File("../evil", TheProgram)],
        ["a path above, through a folder"] = () => [File("istioctl", TheProgram), File("a/../../evil", TheProgram)],
        ["an absolute path"] = () => [File("istioctl", TheProgram), File("/tmp/evil", TheProgram)],
        ["a backslash"] = () => [File("istioctl", TheProgram), File("..\\evil", TheProgram)],
        ["a drive"] = () => [File("istioctl", TheProgram), File("C:evil", TheProgram)],
        ["a symbolic link out"] = () => [File("istioctl", TheProgram), TestArchive.Link(TarEntryType.SymbolicLink, "x", "../../evil")],
        ["an absolute symbolic link"] = () => [File("istioctl", TheProgram), TestArchive.Link(TarEntryType.SymbolicLink, "x", "/etc/passwd")],
        ["a hard link out"] = () => [File("istioctl", TheProgram), TestArchive.Link(TarEntryType.HardLink, "x", "../evil")],
        ["istioctl is a symbolic link"] = () => [File("other", TheProgram), TestArchive.Link(TarEntryType.SymbolicLink, "istioctl", "other")],
        ["istioctl is a hard link"] = () => [File("other", TheProgram), TestArchive.Link(TarEntryType.HardLink, "istioctl", "other")],
        ["a folder link, then a file through it"] = () => [TestArchive.Link(TarEntryType.SymbolicLink, "a", "/tmp"), File("a/evil", TheProgram), File("istioctl", TheProgram)],
        ["a pipe"] = () => [File("istioctl", TheProgram), new PaxTarEntry(TarEntryType.Fifo, "pipe")],
        ["a device"] = () => [File("istioctl", TheProgram), new PaxTarEntry(TarEntryType.BlockDevice, "disk") { DeviceMajor = 8, DeviceMinor = 0 }],
        ["istioctl twice"] = () => [File("istioctl", TheProgram), File("istioctl", "evil"u8)],
        ["istioctl twice, differently written"] = () => [File("istioctl", TheProgram), File("./istioctl", "evil"u8)],
        ["istioctl in two cases"] = () => [File("istioctl", TheProgram), File("ISTIOCTL", "evil"u8)],
        ["a file that is a folder too"] = () => [File("istioctl", TheProgram), File("istioctl/evil", "evil"u8)],
        ["no istioctl"] = () => [File("readme", TheProgram)],
        ["istioctl elsewhere"] = () => [File("bin/istioctl", TheProgram)],
        ["istioctl is a folder"] = () => [Folder("istioctl")],
        ["nothing"] = () => [],
    };

    [Theory, MemberData(nameof(TarAttacks))]
    public async Task A_tar_file_is_refused_for(string attack) => await RefusedAsync(Tar(TarEntries[attack]()), Linux);

    public static TheoryData<string> ZipAttacks => [.. ZipEntries.Keys];

    private static Dictionary<string, Func<byte[]>> ZipEntries { get; } = new(StringComparer.Ordinal)
    {
        ["a path above"] = () => Zip(("istioctl.exe", TheProgram, 0), ("../evil", TheProgram, 0)),
        ["a path above with backslashes"] = () => Zip(("istioctl.exe", TheProgram, 0), ("..\\evil", TheProgram, 0)),
        ["an absolute path"] = () => Zip(("istioctl.exe", TheProgram, 0), ("/evil", TheProgram, 0)),
        ["a drive"] = () => Zip(("istioctl.exe", TheProgram, 0), ("D:/evil", TheProgram, 0)),
        ["a symbolic link out"] = () => Zip(("istioctl.exe", TheProgram, 0), ("x", Bytes("../../evil"), Link)),
        ["a symbolic link without end"] = () => Zip(("istioctl.exe", TheProgram, 0), ("x", new byte[5000], Link)),
        ["istioctl is a symbolic link"] = () => Zip(("istioctl.exe", Bytes("other"), Link), ("other", TheProgram, 0)),
        ["a device"] = () => Zip(("istioctl.exe", TheProgram, 0), ("disk", [], 0x6000)),
        ["istioctl twice"] = () => Zip(("istioctl.exe", TheProgram, 0), ("istioctl.exe", "evil"u8.ToArray(), 0)),
        ["istioctl in two cases"] = () => Zip(("istioctl.exe", TheProgram, 0), ("Istioctl.exe", "evil"u8.ToArray(), 0)),
        ["a size that is a lie"] = () => WithSize(Zip(("istioctl.exe", new byte[5000], 0)), 5000, 6000),
        ["an absurd size"] = () => WithSize(Zip(("istioctl.exe", new byte[5000], 0)), 5000, int.MaxValue),
        ["no istioctl"] = () => Zip(("istioctl", TheProgram, 0)),
        ["a tar file under another name"] = () => Tar(File("istioctl.exe", TheProgram)),
        ["half of a zip file"] = () => Zip(("istioctl.exe", Noise(5000), 0))[..2000],
    };

    [Theory, MemberData(nameof(ZipAttacks))]
    public async Task A_zip_file_is_refused_for(string attack) => await RefusedAsync(ZipEntries[attack](), ReleasePlatform.Of(OSPlatform.Windows, Architecture.X64));

    [Fact]
    public async Task An_archive_of_an_absurd_size_is_refused_before_it_is_unpacked()
    {
        // A header that announces ten gigabytes, as a bomb of zeros has it.
        var header = new byte[512];
        "istioctl"u8.CopyTo(header);
        "0000644\0"u8.CopyTo(header.AsSpan(100));
        Encoding.ASCII.GetBytes(Convert.ToString(10L << 30, 8).PadLeft(12, '0')).CopyTo(header, 124);
        header[156] = (byte)'0';
        "ustar\0"u8.CopyTo(header.AsSpan(257));
        "        "u8.CopyTo(header.AsSpan(148));
        Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
        await RefusedAsync(Gzip([.. header, .. new byte[1024]]), Linux);
    }

    [Fact]
    public async Task An_archive_of_too_many_entries_is_refused() =>
        await RefusedAsync(Tar(Enumerable.Range(0, ArchiveRules.MostEntries + 1).Select(i => new UstarTarEntry(TarEntryType.RegularFile, $"f{i}"))), Linux);

    [Fact]
    public async Task Charts_that_are_links_are_refused() => await RefusedAsync(
        Tar(TestArchive.Link(TarEntryType.SymbolicLink, "istio-1.30.3/manifests/charts/base", "../profiles")), Linux, ReleasePart.Charts, WholeArchive);

    [Fact]
    public async Task A_whole_archive_of_another_version_is_refused() => await RefusedAsync(TestArchive.OfAll(TheProgram, "1.30.2"), Linux, ReleasePart.Istioctl, WholeArchive);

    [Fact]
    public async Task Links_that_stay_inside_and_are_not_needed_do_no_harm()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, Tar(TestArchive.Link(TarEntryType.SymbolicLink, "docs/x", "../readme"), File("istioctl", TheProgram)));
        Assert.Equal(TheProgram, Program(await _fixture.FetchAsync(mirror)));
    }

    [Fact]
    public void Whatever_bytes_come_the_answer_is_an_error_that_a_person_can_read() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>().Generator.Zip(Gen.Choose(0, 3)).ToArbitrary(),
        input =>
        {
            var (bytes, form) = input;
            var good = TestArchive.OfIstioctl(Noise(600));
            byte[] archive = form switch
            {
                0 => bytes,
                1 => Gzip([.. bytes, .. new byte[512]]),
                2 => [.. good[..(bytes.Length * 7 % good.Length)], .. bytes],
                _ => Gzip(Flipped(good, bytes)),
            };
            using var folder = new TempFolder();
            var error = Record.Exception(() => FetchAsync(archive, SmallArchive, folder, Linux, ReleasePart.Istioctl).GetAwaiter().GetResult());
            Assert.True(error is null or UserException, error?.ToString());
        }).Holds(6000, 400);

    /// <summary>The tar file in an archive, with some bytes of its headers changed.</summary>
    private static byte[] Flipped(byte[] archive, byte[] changes)
    {
        using var tar = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(archive), CompressionMode.Decompress)) gzip.CopyTo(tar);
        var bytes = tar.ToArray();
        for (var i = 0; i + 2 < changes.Length; i += 3) bytes[(changes[i] << 8 | changes[i + 1]) % 2048] = changes[i + 2];
        return bytes;
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var archive = new MemoryStream();
        using (var gzip = new GZipStream(archive, CompressionLevel.Fastest)) gzip.Write(bytes);
        return archive.ToArray();
    }

    /// <summary>The zip file with another uncompressed size in its directory.</summary>
    private static byte[] WithSize(byte[] zip, int size, int lie)
    {
        for (var i = 0; i + 4 <= zip.Length; i++)
            if (BinaryPrimitives.ReadInt32LittleEndian(zip.AsSpan(i)) == size)
                BinaryPrimitives.WriteInt32LittleEndian(zip.AsSpan(i), lie);
        return zip;
    }

    private async Task FetchAsync(byte[] archive, string file, TempFolder folder, ReleasePlatform platform, ReleasePart part)
    {
        Directory.CreateDirectory(folder["1.30.3"]);
        await System.IO.File.WriteAllBytesAsync(folder[file], archive);
        await System.IO.File.WriteAllBytesAsync(folder[file + ".sha256"], Mirror.DigestLine(file, archive));
        await _fixture.Fetcher(new Uri($"file://{folder.Path}"), platform: platform).FetchAsync(FetcherFixture.Version, part, [], null, default);
    }

    private async Task RefusedAsync(byte[] archive, ReleasePlatform platform, ReleasePart part = ReleasePart.Istioctl, string? name = null)
    {
        var file = name ?? $"1.30.3/istioctl-1.30.3-{platform}{(platform.IsWindows ? ".zip" : ".tar.gz")}";
        using var folder = new TempFolder();
        var error = await Assert.ThrowsAsync<UserException>(() => FetchAsync(archive, file, folder, platform, part));
        Assert.Contains(Path.GetFileName(file), error.Message, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(folder["evil"]));
        Assert.DoesNotContain(
            Directory.EnumerateDirectories(_fixture.Cache("unpacked")), unpacked => !unpacked.EndsWith(".new", StringComparison.Ordinal));
        Assert.DoesNotContain(Directory.EnumerateFiles(_fixture.CacheFolder, "*", SearchOption.AllDirectories), path => Path.GetFileName(path) == "evil");
    }
}
