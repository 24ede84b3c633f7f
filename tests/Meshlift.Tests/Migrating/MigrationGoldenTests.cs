using System.Collections.Immutable;
using System.Text;

namespace Meshlift.Tests.Migrating;

/// <summary>A repository as teams write them, before and after. With UPDATE_GOLDEN=1 the folder <c>after</c> is written; its difference is reviewed.</summary>
public sealed class MigrationGoldenTests
{
    private static readonly string Folder = Path.Combine(FindRoot(), "tests/Meshlift.Tests/Migrating/Golden");

    [Fact]
    public void Every_file_afterwards_is_the_one_in_the_folder()
    {
        var before = Read("before");
        var plan = Migrations.Plan(before);
        var after = Migrations.Merged(before, plan).SetItem("changes.txt", Encoding.UTF8.GetBytes(
            string.Concat(plan.Changes.Select(change => $"{string.Join(' ', change.Owners)}: {change.Title}\n{string.Concat(change.Edits.Select(edit => $"  {edit.File}:{edit.Line} {edit.Edit}\n"))}"))
            + string.Concat(plan.ByHand.Select(edit => $"by hand: {edit.File}:{edit.Line} {edit.Edit} ({edit.Reason})\n"))
            + string.Concat(plan.Remarks.Select(remark => $"{remark.Subject}: {remark.Message}\n"))));
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            foreach (var (path, bytes) in after)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Folder, "after", path))!);
                File.WriteAllBytes(Path.Combine(Folder, "after", path), bytes.ToArray());
            }
        var expected = Read("after");
        Assert.Equal(expected.Keys, after.Keys);
        foreach (var (path, bytes) in expected) Assert.Equal(Encoding.UTF8.GetString(bytes.Span), Encoding.UTF8.GetString(after[path].Span));
    }

    private static ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> Read(string name)
    {
        var folder = Path.Combine(Folder, name);
        return Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToImmutableSortedDictionary(file => Path.GetRelativePath(folder, file).Replace('\\', '/'), file => (ReadOnlyMemory<byte>)File.ReadAllBytes(file), StringComparer.Ordinal);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Meshlift.slnx"))) folder = folder.Parent;
        return folder.FullName;
    }
}
