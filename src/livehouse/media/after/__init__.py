"""What is made of a recording: files to download, clips, small pictures, and its timeline."""
