using System.Text;
using Meshlift.Core;

namespace Meshlift.Adapters.Processes;

/// <summary>What a program left when it ended by itself.</summary>
public sealed class ProgramOutput
{
    private const int MostErrorLines = 30;
    private readonly string _command;

    internal ProgramOutput(string command, int exitCode, ReadOnlyMemory<byte> output, ReadOnlyMemory<byte> error)
    {
        _command = command;
        ExitCode = exitCode;
        Output = output;
        ErrorText = Redaction.Hide(Redaction.WithoutControls(Encoding.UTF8.GetString(error.Span))).TrimEnd();
    }

    /// <summary>The exit code; a program ended by a signal has 128 and the signal's number.</summary>
    public int ExitCode { get; }

    /// <summary>The standard output, unchanged. It is data: it may hold secrets that were asked for.</summary>
    public ReadOnlyMemory<byte> Output { get; }

    /// <summary>The standard output as UTF-8, unchanged.</summary>
    public string OutputText => Encoding.UTF8.GetString(Output.Span);

    /// <summary>The standard error as UTF-8, for messages: without credentials in URLs, control characters and trailing line breaks.</summary>
    public string ErrorText { get; }

    /// <summary>The error for a run that did not do its work: the command, its exit code and what it said.</summary>
    /// <param name="remedy">What to do about it.</param>
    public UserException Failure(string remedy)
    {
        var lines = ErrorText.Split('\n');
        var said = lines.Length <= MostErrorLines ? ErrorText : string.Join('\n', lines.TakeLast(MostErrorLines).Prepend("..."));
        return new UserException(ErrorKind.Environment, $"'{_command}' failed with exit code {ExitCode}{(said.Length > 0 ? ": " : "")}{said}", remedy);
    }
}
