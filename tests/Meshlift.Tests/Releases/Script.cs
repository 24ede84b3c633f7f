using Meshlift.Adapters.Processes;

namespace Meshlift.Tests.Releases;

/// <summary>Programs that tests write.</summary>
internal static class Script
{
    /// <summary>Writes a shell script that may be run at once; returns its absolute path.</summary>
    /// <remarks>
    /// Another process makes the file. Had this one it open for writing, even for a moment, then a process that a parallel test starts in that moment would
    /// inherit it, and until that process runs its own program, the system refuses to run the script ("text file busy").
    /// </remarks>
    public static async Task<string> WriteAsync(TempFolder folder, string relative, string text)
    {
        var draft = folder.Write(relative + ".draft", text);
        var target = folder[relative];
        var shell = new ExternalProgram("sh", "install a shell", TimeProvider.System);
        var output = await shell.RunAsync(new ProgramCall(folder.Path, ["-c", "cp \"$1\" \"$2.new\" && chmod 755 \"$2.new\" && mv \"$2.new\" \"$2\"", "sh", draft, target]), default);
        Assert.True(output.ExitCode == 0, output.ErrorText);
        return target;
    }
}
