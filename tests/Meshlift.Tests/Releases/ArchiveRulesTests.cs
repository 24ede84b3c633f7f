using FsCheck.Fluent;
using Meshlift.Core;
using Meshlift.Core.Releases;

namespace Meshlift.Tests.Releases;

public sealed class ArchiveRulesTests
{
    [Theory]
    [InlineData("a/b", "a/b")]
    [InlineData("./a/b", "a/b")]
    [InlineData("a/b/", "a/b")]
    [InlineData("a//b", "a/b")]
    [InlineData("./", "")]
    [InlineData("a/..b/c..d", "a/..b/c..d")]
    public void A_path_inside_is_put_in_one_form(string name, string expected) => Assert.Equal(expected, Check(name, ArchiveEntryKind.Folder));

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("../a")]
    [InlineData("a/../../b")]
    [InlineData("a/../b")]
    [InlineData("..")]
    [InlineData("a\\..\\..\\b")]
    [InlineData("C:/windows/x")]
    [InlineData("a:stream")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("a./b")]
    [InlineData("a /b")]
    public void A_path_that_leaves_or_means_something_else_elsewhere_is_refused(string name) => Assert.Equal(ErrorKind.Refused, Assert.Throws<UserException>(() => Check(name, ArchiveEntryKind.File)).Kind);

    [Theory]
    [InlineData("a/b/link", "../c", ArchiveEntryKind.SymbolicLink, true)]
    [InlineData("a/b/link", "../../c", ArchiveEntryKind.SymbolicLink, true)]
    [InlineData("a/b/link", "../../../c", ArchiveEntryKind.SymbolicLink, false)]
    [InlineData("a/b/link", "x/../../../../c", ArchiveEntryKind.SymbolicLink, false)]
    [InlineData("link", "..", ArchiveEntryKind.SymbolicLink, false)]
    [InlineData("link", "/etc/passwd", ArchiveEntryKind.SymbolicLink, false)]
    [InlineData("link", "", ArchiveEntryKind.SymbolicLink, false)]
    [InlineData("link", "..\\x", ArchiveEntryKind.SymbolicLink, false)]
    [InlineData("a/b/link", "a/c", ArchiveEntryKind.HardLink, true)]
    [InlineData("a/b/link", "../c", ArchiveEntryKind.HardLink, false)]
    [InlineData("a/b/link", "/etc/shadow", ArchiveEntryKind.HardLink, false)]
    public void A_link_may_lead_inside_only(string name, string target, ArchiveEntryKind kind, bool isAllowed)
    {
        var rules = new ArchiveRules("x.tar.gz");
        var error = Record.Exception(() => rules.Check(new ArchiveEntry(name, kind, 0, target)));
        Assert.Equal(isAllowed, error is null);
    }

    [Fact]
    public void Devices_are_refused() => Assert.Throws<UserException>(() => Check("a", ArchiveEntryKind.Other));

    [Theory]
    [InlineData("a/b", "a/b")]
    [InlineData("a/b", "./a//b")]
    [InlineData("a/b", "A/b")]
    [InlineData("a/b", "a/B")]
    [InlineData("a", "a/b")]
    public void One_path_stands_for_one_file_on_every_system(string first, string second)
    {
        var rules = new ArchiveRules("x.tar.gz");
        rules.Check(new ArchiveEntry(first, ArchiveEntryKind.File, 1));
        Assert.Throws<UserException>(() => rules.Check(new ArchiveEntry(second, ArchiveEntryKind.File, 1)));
    }

    [Fact]
    public void A_folder_may_be_named_more_than_once()
    {
        var rules = new ArchiveRules("x.tar.gz");
        rules.Check(new ArchiveEntry("a/b", ArchiveEntryKind.File, 1));
        Assert.Equal("a", rules.Check(new ArchiveEntry("a/", ArchiveEntryKind.Folder, 0)));
        Assert.Equal("a/c", rules.Check(new ArchiveEntry("a/c", ArchiveEntryKind.File, 1)));
    }

    [Fact]
    public void Sizes_and_counts_have_a_bound()
    {
        Assert.Throws<UserException>(() => new ArchiveRules("x").Check(new ArchiveEntry("a", ArchiveEntryKind.File, ArchiveRules.LargestEntry + 1)));
        Assert.Throws<UserException>(() => new ArchiveRules("x").Check(new ArchiveEntry("a", ArchiveEntryKind.File, -1)));
        var total = new ArchiveRules("x");
        for (var i = 0; i < ArchiveRules.LargestTotal / ArchiveRules.LargestEntry; i++) total.Check(new ArchiveEntry($"f{i}", ArchiveEntryKind.File, ArchiveRules.LargestEntry));
        Assert.Throws<UserException>(() => total.Check(new ArchiveEntry("last", ArchiveEntryKind.File, 1)));
        var count = new ArchiveRules("x");
        for (var i = 0; i < ArchiveRules.MostEntries; i++) count.Check(new ArchiveEntry($"f{i}", ArchiveEntryKind.File, 0));
        Assert.Throws<UserException>(() => count.Check(new ArchiveEntry("last", ArchiveEntryKind.File, 0)));
        Assert.Throws<UserException>(() => Check(string.Join('/', Enumerable.Repeat("a", 41)), ArchiveEntryKind.File));
        Assert.Throws<UserException>(() => Check(new string('a', 1025), ArchiveEntryKind.File));
    }

    [Fact]
    public void A_path_that_passes_stays_below_any_folder() => Prop.ForAll(
        Gen.Elements("a", "b", "..", ".", "", "/", "\\", "..\\", ":", "C:", " ", "a.", "\0", "bin", "ä").ArrayOf().Select(parts => string.Join('/', parts)).ToArbitrary(),
        name =>
        {
            try
            {
                var path = Path.GetFullPath(Path.Combine("/base/folder", Check(name, ArchiveEntryKind.File)));
                return path == "/base/folder" || path.StartsWith("/base/folder/", StringComparison.Ordinal);
            }
            catch (UserException)
            {
                return true;
            }
        }).Holds();

    private static string Check(string name, ArchiveEntryKind kind) => new ArchiveRules("x.tar.gz").Check(new ArchiveEntry(name, kind, 0));
}
