using System.Formats.Tar;
using FsCheck.Fluent;
using Meshlift.Adapters.Helm;
using Meshlift.Core;

namespace Meshlift.Tests.Helm;

public sealed class ChartArchiveTests : IDisposable
{
    private readonly TempFolder _folder = new();

    // Each row: what an archive holds beside a good file, and what is said of it.
    public static TheoryData<string, string, string> Bad => new()
    {
        { "istiod/../../x", "file", "holds a path that leaves its folder, 'istiod/../../x'" },
        { "/etc/x", "file", "holds an absolute path, '/etc/x'" },
        { "istiod/templates\\x", "file", "holds an entry with a name that is not a path on every system" },
        { "istiod/x", "symbolic ../../x", "holds a link that leads out of its folder" },
        { "istiod/x", "symbolic values.yaml", "holds a link, 'istiod/x'" },
        { "istiod/x", "hard istiod/values.yaml", "holds a link, 'istiod/x'" },
        { "istiod/x", "fifo", "holds something that is neither file, folder nor link" },
        { "gateway/x", "file", "holds more than one folder, 'istiod' and 'gateway'" },
        { "Chart.yaml", "file", "holds more than one folder, 'istiod' and 'Chart.yaml'" },
        { "istiod/VALUES.yaml", "file", "which are one file where case does not count" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Bad))]
    public async Task An_archive_with_anything_but_one_charts_plain_files_is_refused(string name, string kind, string message)
    {
        TarEntry entry = kind.Split(' ') switch
        {
            ["symbolic", var target] => new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target },
            ["hard", var target] => new PaxTarEntry(TarEntryType.HardLink, name) { LinkName = target },
            ["fifo"] => new PaxTarEntry(TarEntryType.Fifo, name),
            _ => SampleChart.File(name, "x"),
        };
        var error = await Assert.ThrowsAsync<UserException>(() => UnpackAsync(SampleChart.Tar(SampleChart.File("istiod/values.yaml", "a: 1\n"), entry)));
        Assert.Equal(ErrorKind.Refused, error.Kind);
        Assert.StartsWith("the archive istiod-1.30.3.tgz ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("digest is right", error.Remedy, StringComparison.Ordinal);
        Assert.All(Directory.EnumerateFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories), path => Assert.StartsWith(_folder["chart"], path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_archive_that_grows_beyond_all_bounds_is_refused()
    {
        var large = new PaxTarEntry(TarEntryType.RegularFile, "istiod/large") { DataStream = new MemoryStream(new byte[101 << 20]) };
        var error = await Assert.ThrowsAsync<UserException>(() => UnpackAsync(SampleChart.Tar(large)));
        Assert.Equal("the archive istiod-1.30.3.tgz holds more than 100 MiB", error.Message);
        Assert.False(Directory.Exists(_folder["chart"]));
    }

    [Fact]
    public async Task A_good_archive_is_unpacked_without_its_folder()
    {
        await UnpackAsync(SampleChart.Istiod().Archive());
        Assert.Equal(SampleChart.Istiod().Files, Directory.EnumerateFiles(_folder["chart"], "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(_folder["chart"], file).Replace('\\', '/'), File.ReadAllText, StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_archive_that_is_cut_anywhere_is_told()
    {
        var archive = SampleChart.Cni().Archive();
        for (var length = 0; length < archive.Length; length++)
        {
            using var folder = new TempFolder();
            await Assert.ThrowsAsync<UserException>(() => ChartArchive.UnpackAsync(archive[..length], "cni-1.30.3.tgz", folder["chart"], default));
        }
    }

    [Fact]
    public void No_damage_crashes() => Prop.ForAll(
        Gen.Choose(0, SampleChart.Istiod().Archive().Length - 1).Zip(Gen.Choose(0, 255)).ToArbitrary(),
        damage =>
        {
            var archive = SampleChart.Istiod().Archive();
            archive[damage.Item1] = (byte)damage.Item2;
            using var folder = new TempFolder();
            try
            {
                ChartArchive.UnpackAsync(archive, "istiod-1.30.3.tgz", folder["chart"], default).GetAwaiter().GetResult();
            }
            catch (UserException)
            {
                // Told of; anything else fails the test.
            }
        }).Holds();

    private Task UnpackAsync(byte[] archive) => ChartArchive.UnpackAsync(archive, "istiod-1.30.3.tgz", _folder["chart"], default);
}
