namespace Meshlift.Tests.Configuration;

/// <summary>Tables of texts and what becomes of them: lines of <c>text => expectation</c>, comments begin with '#'.</summary>
public static class Vectors
{
    /// <summary>The root of the repository: what is checked in is read from there, not from copies.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The lines of a table below the tests' folder.</summary>
    public static TheoryData<string, string> Of(string file)
    {
        var data = new TheoryData<string, string>();
        foreach (var line in File.ReadLines(Path.Combine(Root, "tests/Meshlift.Tests", file)).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var at = line.IndexOf(" => ", StringComparison.Ordinal);
            data.Add(line[..Math.Max(at, 0)], line[(at + 4)..]);
        }
        return data;
    }

    /// <summary>Checks a parser's failure against an expectation of the form <c>error CHARACTER what</c> or <c>error what</c>; false when none is expected.</summary>
    public static bool IsError(string expected, Action parse)
    {
        if (!expected.StartsWith("error ", StringComparison.Ordinal)) return false;
        var failure = Assert.Throws<Core.UserException>(parse);
        Assert.Equal(Core.ErrorKind.Input, failure.Kind);
        Assert.NotEmpty(failure.Remedy);
        var what = expected["error ".Length..];
        if (char.IsAsciiDigit(what[0]))
        {
            var cut = what.IndexOf(' ', StringComparison.Ordinal);
            Assert.EndsWith($", at character {what[..cut]}", failure.Message, StringComparison.Ordinal);
            what = what[(cut + 1)..];
        }
        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
        return true;
    }

    /// <summary>The words of an expectation such as <c>in A B out C</c>, by their heading.</summary>
    public static (string[] First, string[] Second) Two(string expected, string first, string second)
    {
        var cut = $" {expected}".IndexOf($" {second} ", StringComparison.Ordinal);
        Assert.StartsWith(first, expected, StringComparison.Ordinal);
        var (left, right) = cut < 0 ? (expected, "") : ($" {expected}"[..cut].Trim(), $" {expected}"[(cut + second.Length + 2)..]);
        return (left[first.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries), right.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Meshlift.slnx")))
                return folder.FullName;
        throw new InvalidOperationException("the tests run outside the repository");
    }
}
